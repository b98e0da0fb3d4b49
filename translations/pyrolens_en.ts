<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CallRecord</name>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OK</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remote error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Local error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Timeout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Health</name>
    <message>
        <source>ok</source>
        <comment>health of an object</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>slow</source>
        <comment>health of an object</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dead</source>
        <comment>health of an object</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>denied</source>
        <comment>health of an object</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>refused</source>
        <comment>health of an object</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no answer</source>
        <comment>health of an object</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrong object</source>
        <comment>health of an object</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown</source>
        <comment>health of an object</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source> ms</source>
        <comment>milliseconds, after a number</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Units</name>
    <message>
        <source>%1 B</source>
        <comment>bytes</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 KB</source>
        <comment>kilobytes</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 MB</source>
        <comment>megabytes</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 µs</source>
        <comment>microseconds</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 ms</source>
        <comment>milliseconds</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::AnswerPanel</name>
    <message>
        <source>Delay of the answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind of answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>returns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>raises</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class of the exception</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the URI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Insert it into the call line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Methods that Pyro 4 and 5 are told of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>methods for Pyro 4 and 5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Programs of Pyro 4 and 5 call only what they were told of; those of Pyro 3 may call anything.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::ArgumentEdit</name>
    <message>
        <source>Arguments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Python literals, separated by commas, then name=value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check of the arguments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No arguments</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n argument(s)</source>
        <translation>
            <numerusform>%n argument</numerusform>
            <numerusform>%n arguments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n keyword argument(s)</source>
        <translation>
            <numerusform>%n keyword argument</numerusform>
            <numerusform>%n keyword arguments</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>arguments, keyword arguments</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Column %1: %2</source>
        <comment>place and kind of a mistake</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not finished: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No value yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the serializer changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problem: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n more; the caret and the pointer tell of each</source>
        <translation>
            <numerusform>%n more; the caret and the pointer tell of each</numerusform>
            <numerusform>%n more; the caret and the pointer tell of each</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pyrolens::AttributeModel</name>
    <message>
        <source>not fetched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yes</source>
        <comment>writable</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no</source>
        <comment>writable</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attribute</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writable</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::Banner</name>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::BatchModel</name>
    <message>
        <source>OK</source>
        <comment>outcome</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raised</source>
        <comment>outcome</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not run</source>
        <comment>outcome</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent</source>
        <comment>outcome</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the batch had ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Call</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::BatchPanel</name>
    <message>
        <source>Send &amp;batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls of the batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send all calls in one message; the oneway box counts for the whole batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier in the batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Later in the batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back into the line, out of the batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Batch of %n call(s), in one message</source>
        <translation>
            <numerusform>Batch of %n call, in one message</numerusform>
            <numerusform>Batch of %n calls, in one message</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pyrolens::CallView</name>
    <message>
        <source>Reset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>+30 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>method name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not wait for a reply. (Ctrl+Shift+Enter sends one call this way)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to what the object says about this method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the call (Ctrl+Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop waiting; the server may still be running the call (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait 30 seconds longer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Timeout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This method takes no arguments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type or pick a method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The arguments are not complete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arguments: &apos;Rome&apos;, 42, unit=&apos;km&apos;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting, %1</source>
        <comment>for a reply, time</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Serializer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Annotations of the request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to &amp;batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Several calls of one object go in one message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (default)</source>
        <comment>serializer</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Annotations: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys of four characters and bytes or text: USER=b&apos;bob&apos;, SESS=&apos;x7&apos;</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::CodeModel</name>
    <message>
        <source>source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>byte code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>byte code, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>received</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>offered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Module</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Way</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Peer</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::CodeView</name>
    <message>
        <source>&amp;Ask peers for unknown modules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What arrives is kept and shown, and never run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder with modules to hand out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no modules are handed out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose &amp;folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hand out no modules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source of the module</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bytes of the module</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Modules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hand out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Python modules that peers send, and those that you offer them, are listed here. They are never run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick a module to see it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the module</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::CompareView</name>
    <message>
        <source>Name server to compare with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which names are shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A network, or HOST:PORT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter names and URIs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names of both servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare %1 with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing compared yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a network or type the address of a name server, and press Compare.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>asking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Differences (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only here (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only there (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other URI or meta (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No differences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 and %2 have the same names.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No such names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the filter, or choose other names to be shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 shown</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select the names to copy first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has none of the names that are selected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy from %1 to %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::ComparisonModel</name>
    <message>
        <source>none</source>
        <comment>meta information</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only here</source>
        <comment>name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only there</source>
        <comment>name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>same</source>
        <comment>name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other URI, other meta</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other URI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other meta</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, there %2</source>
        <comment>meta information</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Difference</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Meta information</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::DaemonModel</name>
    <message>
        <source>(no name)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object id</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>URI</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::DaemonView</name>
    <message>
        <source>&amp;Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objects of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objects of the daemon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This daemon hosts nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It answered, but it has no objects beside its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>asking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pyrolens::DoctorModel</name>
    <message>
        <source>good</source>
        <comment>state of a step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>notice</source>
        <comment>state of a step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bad</source>
        <comment>state of a step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <comment>step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <comment>step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <comment>step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generation</source>
        <comment>step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object</source>
        <comment>step</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was seen</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::DoctorView</name>
    <message>
        <source>Examine &amp;again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;opy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Diagnosis of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps of the diagnosis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking, %1</source>
        <comment>time</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is what does not work: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All is well: the object can be reached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to do: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::EventModel</name>
    <message>
        <source>%1 s</source>
        <comment>age</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>events per second</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Age</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subject or method</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Count</source>
        <comment>column: how many of this subject</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::EventsView</name>
    <message>
        <source>Subject or pattern to follow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow subjects; Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Regular expression, as the event server reads it; off: one exact subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Event server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address to listen on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where events and callbacks arrive. Anyone who can reach this address may call.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New callback</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start a callback object and insert it into the call line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End the selected one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subscriptions and callback objects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter events</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter: text, subject:x, source:x, value:x</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fold: the latest of each subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow the newest event</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause the list; reception goes on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop: end all subscriptions and callback objects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events and callbacks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subscribe to a subject or start a callback object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What arrives stands here: events of the subjects you follow, and calls of your callback objects.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no event server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to a name server that has an event server, or start the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n subject(s) seen</source>
        <translation>
            <numerusform>%n subject seen</numerusform>
            <numerusform>%n subjects seen</numerusform>
        </translation>
    </message>
    <message>
        <source>Column %1: %2</source>
        <comment>place and kind of a mistake</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>matches %1 of %n seen</source>
        <comment>subjects</comment>
        <translation>
            <numerusform>matches %1 of %n seen</numerusform>
            <numerusform>matches %1 of %n seen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n event(s)</source>
        <translation>
            <numerusform>%n event</numerusform>
            <numerusform>%n events</numerusform>
        </translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>events per second</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n dropped</source>
        <comment>events</comment>
        <translation>
            <numerusform>%n dropped</numerusform>
            <numerusform>%n dropped</numerusform>
        </translation>
    </message>
    <message>
        <source>+%1 waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::Feeds</name>
    <message>
        <source>The event was not published. %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The event server of %1 does not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The subscriptions are repeated every 10 seconds until it is back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events arrive at %1, which %2 cannot reach.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick another address to listen on, and subscribe again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The callback object could not be started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; could not be followed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the event server and the address to listen on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no callback object &apos;%1&apos;</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::FieldModel</name>
    <message>
        <source>Field</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bytes</source>
        <comment>column: offset and length</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::GotoBox</name>
    <message>
        <source>Go to name, URI or command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start with &gt; for commands, @ for names, ! for past calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to name, URI or command… (Ctrl+K)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Places to go to</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::GotoModel</name>
    <message>
        <source>past call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open this address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>connect to this host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>title, detail</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::HexView</name>
    <message>
        <source>Bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pyrolens::HistoryModel</name>
    <message>
        <source>Pyro %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Call</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duration</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generation</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro %1 %2</source>
        <comment>generation, serializer</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::HistoryView</name>
    <message>
        <source>Filter calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter: text, ok:no, ms&gt;100, obj:name, method:name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the selected call again (Ctrl+Shift+R)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the history</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls you make appear here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as command line</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::HostForm</name>
    <message>
        <source>What to host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address to listen on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port to listen on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How calls are run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Register in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Register the name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name server to register with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the object &amp;id over restarts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the object id over restarts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source of the object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a script file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any free one</source>
        <comment>port</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A thread per connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One call at a time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a new name server here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <comment>a changed script</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo objects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a script</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scripts (*.js);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is too large for a script.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The object needs a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reachable for others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Anyone who can reach this computer may call these objects.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a registry of names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>echo, bank, clock and others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fixed answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a value for each method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Script: pump</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>state, an attribute, a oneway method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Script: counter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>counts, waits, ticks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Script: failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>errors of every kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Event server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>passes events on to subscribers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object behind the gateway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which Pyro it serves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Methods of objects of Pyro 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro 3, 4 and 5 on one port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro 4 and 5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro 5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A URI, or a name; with * or ? in a name all objects of its name server that match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro 3 does not tell which methods an object has, and clients of Pyro 4 and 5 call only what they were told of.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Serves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>old.pump; of many objects old.*</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which object? Give its URI, or a name of a name server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Under which name is it to be registered? Of many objects a * is the name of each.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>objects of one Pyro for programs of another</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::HostModel</name>
    <message>
        <source>starting</source>
        <comment>host</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running</source>
        <comment>host</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopping</source>
        <comment>host</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped</source>
        <comment>host</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <comment>host</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>daemon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>host</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: Pyro %2 %3</source>
        <comment>phase, generations, kind</comment>
        <extracomment>for example &quot;running: Pyro 3 name server, 12 names&quot;</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1, %n name(s)</source>
        <translation>
            <numerusform>%1, %n name</numerusform>
            <numerusform>%1, %n names</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, single-threaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>rate</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n client(s)</source>
        <translation>
            <numerusform>%n client</numerusform>
            <numerusform>%n clients</numerusform>
        </translation>
    </message>
    <message>
        <source>stopped: %1</source>
        <comment>script</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>script %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fixed answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>built-in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>registered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>persistent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>used %1 ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host or object</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Errors</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Age</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last use</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>event server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gateway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for %1</source>
        <comment>a gateway&apos;s object</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::Hosting</name>
    <message>
        <source>Name server</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::HostingView</name>
    <message>
        <source>Calls of each method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log of the host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New host…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E&amp;dit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy settings for Python</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Incoming calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About the host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is hosted here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start a name server, the demo objects, or an object of your own with fixed answers or a script.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New host…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start on port %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No method was called yet.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::IncomingModel</name>
    <message>
        <source>%1 as %2</source>
        <comment>address, user</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OK, oneway</source>
        <comment>call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OK</source>
        <comment>call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Caller</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Call</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duration</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::Inspector</name>
    <message>
        <source>The broadcast could not be sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that this computer has a network, or connect to a host.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo</source>
        <comment>the built-in network</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo network could not be started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; is neither a host nor a URI.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A name server answered the broadcast with something that is no URI.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The stored history was damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another Pyrolens keeps the history; the calls of this one are not kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close one of them, or start this one with another --profile-dir.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The history cannot be kept in %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls still work; they are forgotten when the program ends. Check that the disk has room and the folder may be written to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of networks could not be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of networks could not be saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secrets are kept until the program ends: this program has no keychain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secrets are kept until the program ends: the keychain does not answer (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secrets of networks in the list are kept in the keychain of this computer, others until the program ends.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::Keychain</name>
    <message>
        <source>this program was built without a keychain</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::LensText</name>
    <message>
        <source>%1 cannot be sent with %2; pickle could</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be sent: %2 has no such type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a datetime with a time zone cannot be sent with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>text with lone surrogates cannot be sent with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an integer of more than 4,300 digits cannot be sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a complex number with nan cannot be sent with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a negative zero loses its sign with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too many brackets for %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 as a key or in a set cannot be sent with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the server cannot read %1 as a key or in a set with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the key, %1, arrives as text with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrives as a dict with %2; serpent.tobytes() reads it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrives as bytes with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an empty set arrives as an empty tuple with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrives as a set with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrives as a list with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrives as what is in it with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrives as text with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrives as a number of seconds with %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is altered by %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Argument %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>argument, what happens to it</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1; as received: %2</source>
        <comment>what happens, value</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::MainWindow</name>
    <message>
        <source>Open objects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Toolbar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open connections of this program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls in flight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls waiting for a reply; click to cancel one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names of all name servers; click to filter them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recorded traffic; click to show it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problems</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problems not yet seen; click to list them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No call is under way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to report</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s)</source>
        <translation>
            <numerusform>%n connection</numerusform>
            <numerusform>%n connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in flight</source>
        <comment>calls</comment>
        <translation>
            <numerusform>%n in flight</numerusform>
            <numerusform>%n in flight</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n name(s)</source>
        <translation>
            <numerusform>%n name</numerusform>
            <numerusform>%n names</numerusform>
        </translation>
    </message>
    <message>
        <source>recorded %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>recording off</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
    <message>
        <source>No name server answered the broadcast.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may be on another network, or a firewall drops broadcasts. Connect to its host with Ctrl+K.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n name server(s) found</source>
        <translation>
            <numerusform>%n name server found</numerusform>
            <numerusform>%n name servers found</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 - Pyrolens</source>
        <comment>object</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go to…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Focus name &amp;filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Discover</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start de&amp;mo network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Refresh names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send as &amp;oneway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Replay selected call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show &amp;traffic of this call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Jump between request and reply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Record</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the bytes of this program&apos;s own calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Find in the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New call tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Close tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;open closed tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next &amp;pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pre&amp;vious pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Larger text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Smaller text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Normal text size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Pyrolens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;System</source>
        <comment>theme</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <comment>theme</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <comment>theme</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyrolens %1

Inspector for networks of Python Remote Objects.
Nothing that is received is ever executed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Column %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to &amp;watch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow &amp;events…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The callback object listens on %1, which %2 cannot reach.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick another address to listen on, and start a new callback object.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a value of a result first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are too many watches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Explore</source>
        <comment>perspective</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Wire</source>
        <comment>perspective</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last &amp;used tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last used tab, other &amp;way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Perspective</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New host…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Administration of the name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Local hosts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>H&amp;ost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Local hosts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No name server is connected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type its address into the go-to box, or press F5 to look for one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosts are running</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n host(s) of this program will stop, and their objects with them.</source>
        <translation>
            <numerusform>%n host of this program will stop, and its objects with it.</numerusform>
            <numerusform>%n hosts of this program will stop, and their objects with them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stop %n host(s) and quit</source>
        <translation>
            <numerusform>Stop %n host and quit</numerusform>
            <numerusform>Stop %n hosts and quit</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;New connection…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Settings of the network…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mobile code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mobile code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objects of this &amp;daemon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Daemon of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Com&amp;pare two name servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names are being changed; close the tab when that has stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a host, host:port, or a URI such as PYRO:object@host:port, PYRONAME:name, PYROMETA:tag or PYRO://host:port/id.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>D&amp;iagnose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as &amp;command line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no complete call to copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to &amp;batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Diagnosis: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::MethodModel</name>
    <message>
        <source>Learned from an earlier call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signature</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last</source>
        <comment>column: duration of the last call</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::NameAdminView</name>
    <message>
        <source>Check &amp;health</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select &amp;dead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The filter is a regular expression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Register &amp;again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter names and URIs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puts back the names that were removed last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Registrations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names to be removed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Register…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re-re&amp;gister…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;name…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit &amp;metadata…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Create group…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default &amp;group…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Ping the name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cop&amp;y URI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;fresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Danger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete group…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Resync with twin…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Shut down the name server…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a name first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name and URI:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Register</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New URI of %1:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re-register</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not atomic: registers, checks, removes. New name:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metadata of %1 as a literal:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New group:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group to delete, with every name in it:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The names of the twin are taken over by this server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resync now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody will find a name here until it is started again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shut down the name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names without a leading &quot;:&quot; belong to the group:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>= %1</source>
        <comment>full name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select the names to remove first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (built-in)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n name(s) will be removed</source>
        <translation>
            <numerusform>%n name will be removed</numerusform>
            <numerusform>%n names will be removed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n name(s)</source>
        <translation>
            <numerusform>Remove %n name</numerusform>
            <numerusform>Remove %n names</numerusform>
        </translation>
    </message>
    <message>
        <source>Type %1 to confirm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name server answers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) made</source>
        <translation>
            <numerusform>%n change made</numerusform>
            <numerusform>%n changes made</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 made, %2 failed</source>
        <comment>changes</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select what looks f&amp;orgotten</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare with &amp;another server…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing looks forgotten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the health first: old object ids are known by their silence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON files (*.json);;CSV files (*.csv);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export all names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 names</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n name(s) written to %1, and their groups</source>
        <translation>
            <numerusform>%n name written to %1, and its groups</numerusform>
            <numerusform>%n names written to %1, and their groups</numerusform>
        </translation>
    </message>
    <message>
        <source>Import of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter by tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All of the tags or any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tags: lab, class:pump</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all of these</source>
        <comment>tags</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any of these</source>
        <comment>tags</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name, URI and tags:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes the last change back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tags of %1:</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Common tags of %n name(s):</source>
        <translation>
            <numerusform>Common tags of %n name:</numerusform>
            <numerusform>Common tags of %n names:</numerusform>
        </translation>
    </message>
    <message>
        <source>Preview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tags stay as they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change of tags</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::NameTreeModel</name>
    <message>
        <source>Pyro %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>name, health</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Count</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>URI</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object id</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generation</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>removed</source>
        <comment>a name that is no longer registered</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, flat names with tags</source>
        <comment>generation</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, a tree of groups</source>
        <comment>generation</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tags: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>name server, generation</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, tags %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tags</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::NetworkService</name>
    <message>
        <source>User meta info</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <comment>tags</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::NetworkView</name>
    <message>
        <source>Match case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wildcards * and ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No name server yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for one on this network, connect to a host you know, or try the built-in demo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start demo network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discover</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No match for &apos;%1&apos;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>matches of all names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n name(s)</source>
        <translation>
            <numerusform>%n name</numerusform>
            <numerusform>%n names</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy URI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from this list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Administration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objects of this daemon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words that names contain; also tag:a,b (one of these tags), meta:part of a tag, host:10.0.*, gen:5, dead:yes. Enter opens the first match. (Ctrl+L)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Diagnose…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::ObjectPage</name>
    <message>
        <source>%1, %2</source>
        <comment>health, time</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::ObjectView</name>
    <message>
        <source>Methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attributes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to the object&apos;s daemon and shake hands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy URI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any method name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asks the object whether it has a method of this name. The check may run code of a property there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This object publishes no methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Objects of Pyro 3 do not tell their methods. Type a name above; names that have answered are kept here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attribute name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any attribute name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch the value (Enter in the list)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter fetches a value, F2 changes it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object without a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Methods (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attributes (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; is a method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; is an attribute, or missing</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::PlanModel</name>
    <message>
        <source>failed: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <comment>name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>taken back</source>
        <comment>name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new group, for the names in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new, built-in: tick it to register it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new</source>
        <comment>name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>differs, built-in: tick it to replace it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>will be replaced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>differs, stays as it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>same</source>
        <comment>name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What happens</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>URI</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There now</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>metadata will be replaced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metadata</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::PlanView</name>
    <message>
        <source>Which names are shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Replace those that differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace those that differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take &amp;back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names and what happens to them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No such names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose other ones to be shown above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 new, %2 differ, %3 the same, %4 refused</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is ticked</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New ones</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Those that differ</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same ones</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refused ones</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What failed</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to do</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Register %n name(s)</source>
        <translation>
            <numerusform>Register %n name</numerusform>
            <numerusform>Register %n names</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Replace %n name(s)</source>
        <translation>
            <numerusform>Replace %n name</numerusform>
            <numerusform>Replace %n names</numerusform>
        </translation>
    </message>
    <message>
        <source>Register %1, replace %2</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type %1 to confirm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 done</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 taken back</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 failed</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 not begun</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 change, %2 stay the same</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Change the metadata of %n name(s)</source>
        <translation>
            <numerusform>Change the metadata of %n name</numerusform>
            <numerusform>Change the metadata of %n names</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pyrolens::PlotView</name>
    <message>
        <source>Plot of the watched values</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1: %2 %3, %n point(s)</source>
        <comment>label, value, unit</comment>
        <translation>
            <numerusform>%1: %2 %3, %n point</numerusform>
            <numerusform>%1: %2 %3, %n points</numerusform>
        </translation>
    </message>
    <message>
        <source>no value</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::ProfileView</name>
    <message>
        <source>Search the settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host of the name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port of the name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address to try</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time limit for connecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time limit of a call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect again after a loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send checksums</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compress what is sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Oneway methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind of identification</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Identification</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name server speaks TLS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CA file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passphrase of the key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate must be for the host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificates to trust as they are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256 fingerprints, one a line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this network in the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Connect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>9090, the usual one</source>
        <comment>port</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Identification text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User and password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Identity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>save keep remember</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>host address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address mapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NAT port forward container</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Timing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>timeout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rebind reconnect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>compression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>identification password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ident password key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key passphrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TLS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PYRONAMESSL encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>certificate authority</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trusted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fingerprint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings of the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PEM files (*.pem *.crt *.key);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address mapping: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name server: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no SHA-256 fingerprint (64 hexadecimal digits).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Oneway methods: &apos;%1&apos; has no &quot;:&quot; between object and methods.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generation of the name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Serializer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pyro 3 4 5 tree flat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>serpent json marshal msgpack pickle codec</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found out; all name spaces of the server</source>
        <comment>generation</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only %1</source>
        <comment>generation</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default of the generation</source>
        <comment>serializer</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::PublishBar</name>
    <message>
        <source>Publish again every</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Publish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subjects to publish under</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subject, or several with commas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value to publish</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value, for example: 12.5 or {&apos;unit&apos;: &apos;mm&apos;}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Publish it once, or again and again with this pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no event server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The value is not complete</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n sent</source>
        <comment>events</comment>
        <translation>
            <numerusform>%n sent</numerusform>
            <numerusform>%n sent</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pyrolens::ReconnectBanner</name>
    <message>
        <source>Now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection lost %1, connecting again in %2 s (try %3)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection lost %1, connecting again (try %2)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::RegistrationModel</name>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>URI</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object id</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round trip</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checked</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same URI as</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loopback address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answers there</source>
        <comment>stale</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>like %1, not there</source>
        <comment>stale</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only programs on the computer of the name server reach this address. Register the object with an address that others reach.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same host and port has another object now: this one is likely from an earlier run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Several objects of this host and port are registered, and none of them answers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looks forgotten</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tags</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::ResultView</name>
    <message>
        <source>resolve</source>
        <comment>phase of a call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>connect</source>
        <comment>phase of a call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>handshake</source>
        <comment>phase of a call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>send</source>
        <comment>phase of a call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wait</source>
        <comment>phase of a call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>receive</source>
        <comment>phase of a call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>decode</source>
        <comment>phase of a call</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send to see the reply here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remote traceback</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the result as Python</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find in the text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent, no reply expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the reply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent %1, received %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pyro %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>error text, code</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer from %1 in %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer from %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The method may take longer than the timeout, or a firewall drops the packets.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 refused the connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing listens there, or it listens on another address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to %1 failed or was lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the server still runs, then send again. The call was not repeated by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 denied the connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is too busy, blocks this host, or needs an identification.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server may still be running the call.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The reply of %1 passes a limit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits keep a hostile or broken server from using up memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What %1 answered is not understood.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may speak another protocol or another generation of Pyro.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This call cannot be carried to %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An argument has a type that this generation of Pyro cannot send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raised remotely by %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attributes: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open this object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as Python</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Formatting the value…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watch this value (Ctrl+Shift+A)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This reply was too big for the history</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 came in. Send the call again to see it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>, %n item(s) of a stream</source>
        <translation>
            <numerusform>, %n item of a stream</numerusform>
            <numerusform>, %n items of a stream</numerusform>
        </translation>
    </message>
    <message>
        <source>Results of the batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>property, value</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Serializer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correlation id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>made for this call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>was open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent, received</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>sizes</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flags of the reply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stream</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Annotations of the request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Annotations of the reply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the time went</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Diagnose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Examine step by step what works on the way to the object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of the call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, %1</source>
        <comment>serializer</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>, %n annotation(s)</source>
        <translation>
            <numerusform>, %n annotation</numerusform>
            <numerusform>, %n annotations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pyrolens::SubscriptionModel</name>
    <message>
        <source>starting</source>
        <comment>state of a subscription</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on</source>
        <comment>state of a subscription</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <comment>state of a subscription</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subject %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pattern %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Callback object %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Followed</source>
        <comment>column: subjects, patterns and callback objects</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::TagEdit</name>
    <message>
        <source>New tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter or a comma ends a tag; Backspace removes the last one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the tag %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::TextView</name>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::TimeoutControl</name>
    <message>
        <source>Timeout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How long the whole call may take, connecting included. Type a number of seconds for another value.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <comment>no timeout</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::TrafficModel</name>
    <message>
        <source>sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>received</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No</source>
        <comment>column: running number</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conn</source>
        <comment>column: connection</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dir</source>
        <comment>column: direction</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Object</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flags</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Info</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Took</source>
        <comment>column: time from request to reply</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::TrafficView</name>
    <message>
        <source>Pause the list; reception goes on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow the newest message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoded fields</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bytes of the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No traffic yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls you send appear here, byte by byte.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>shown of all messages</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>+%1 waiting</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::ValueModel</name>
    <message>
        <source>points back to an outer container</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <comment>key, type, value</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::WatchModel</name>
    <message>
        <source>The reply has no %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting</source>
        <comment>state of a watch</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ok</source>
        <comment>state of a watch</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <comment>state of a watch</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <comment>state of a watch</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped after failures</source>
        <comment>state of a watch</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>change per second</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>age</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>plotted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not plotted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watched</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plot</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trend</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Age</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::WatchView</name>
    <message>
        <source>Pause all watches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read the selected one again after failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the selected one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interval of the selected watch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often the selected value is read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>100 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>500 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>10 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>10 min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 5 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 30 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 6 hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watched values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause the plot; reading goes on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the points as CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is watched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a value of a result with Ctrl+Shift+A.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the selected value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be written.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pyrolens::WelcomePage</name>
    <message>
        <source>A reading that drifts, as an attribute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accounts, balances, an exception of its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls back those who register</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bytes, tables, proxies to new objects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Publishes trades as events</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start demo network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See what is going on in a Pyro network, and call what is in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discover on this network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Broadcast and list the name servers that answer (Ctrl+Shift+D)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a host, host:port or URI (Ctrl+K)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo objects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo network runs inside this program, on loopback only, until you quit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo runs inside this program, on loopback only. No Python is needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Echoes values, raises errors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1  ·  Pyro %2</source>
        <comment>place, generation</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
