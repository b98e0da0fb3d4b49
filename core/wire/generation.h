// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "credentials.h"
#include "message.h"
#include "uri.h"

#include <pyrolens/base/json.h>
#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>
#include <pyrolens/value/dialect.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QStringList>
#include <QStringView>

#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

enum class Role : quint8 { Client, Server, Observer };
enum class Direction : quint8 { ClientToServer, ServerToClient };

/// What a frame is, as far as framing alone can tell.
enum class FrameKind : quint8 {
    Message,   ///< header + body
    Challenge, ///< generation 3: header + 16 bytes
    Connect,   ///< the client's half of the handshake
    Verdict,   ///< generation 3: raw GRANTED / DENIEDn; 4/5: CONNECTOK / CONNECTFAIL
    Datagram,  ///< UDP
};

/// One whole frame. `bytes` owns or shares the received block, so decoded views may keep it alive.
struct Frame
{
    QByteArray bytes;
    Direction direction = Direction::ClientToServer;
    FrameKind kind = FrameKind::Message;
};

/// What Session::feed() found at the start of the buffered bytes.
struct FrameStep
{
    qsizetype size = 0; ///< bytes of the frame that ends here; 0: none yet
    qsizetype needed
        = 0; ///< with size 0: at least this many more bytes are missing (the announced rest of the frame)
    qsizetype expected
        = 0; ///< total size of the frame when known, else 0 (for progress and receiving in place)
    FrameKind kind = FrameKind::Message;
    QByteArray answer;  ///< to be sent at once (client: CONNECT after the challenge)
    bool ready = false; ///< with this frame the handshake is finished (client and observer)
    bool skip = false;  ///< swallow the frame silently (an empty request body in generation 3)
};

/// How a server answers bytes it cannot serve.
struct Refusal
{
    QByteArray bytes; ///< may be empty
    bool close = true;
};

/// A part of a message for the traffic view: every byte of the frame is in exactly one leaf.
struct Field
{
    QString name;
    qsizetype offset = 0;
    qsizetype size = 0;
    QString value; ///< decoded, short, plain text
    std::vector<Field> children;
};

struct SessionOptions
{
    Credentials credentials; ///< what a client presents
    QByteArray codec;        ///< serializer to send with; empty = the generation's default
    int pickleProtocol = -1; ///< -1 = the generation's default
    bool compress = false;
    bool checksum = false;
    QByteArray object;    ///< object the connection is for (generations 4 and 5 name it in the handshake)
    QByteArray challenge; ///< server, tests: this instead of a random one

    // Generations 4 and 5.
    Value handshake = Value::text(u8"hello"); ///< client: data for the server's validator
    bool wantsMetadata = true;                ///< client, generation 4: ask for methods and attributes
    bool handshakes = true;              ///< false on a socket that was given connected: calls begin at once
    std::vector<Annotation> annotations; ///< client: sent with CONNECT
    QByteArray correlationId;            ///< client: sent with CONNECT, 16 bytes or empty
    quint16 sequence = 0;                ///< client: last number used on the connection before
    std::vector<QByteArray> acceptedCodecs;      ///< server: what it decodes; empty = all it knows
    bool serpentBytesLiterals = false;           ///< b'...' instead of the base64 dict
    qint64 maxMessageBytes = 1024 * 1024 * 1024; ///< of a message we send
    qint64 maxGreetingBytes = 64 * 1024;         ///< of a message before the handshake is done
    int maxAnnotations = 1'000;
    qint64 maxAnnotationBytes = 16 * 1024 * 1024;
    int maxBatchCalls = 10'000;
};

/// One connection's protocol, sans-I/O: bytes in, messages out and back. No socket, clock, event loop or
/// thread. Not thread-safe, except decode(), which is const and may run on any thread for frames already
/// found.
class Session
{
public:
    virtual ~Session() = default;
    /// What this side sends unasked when the connection stands; empty if the peer begins.
    virtual QByteArray start() = 0;
    /// Looks for one frame at the start of `buffered`. Header checks happen as soon as the header is there,
    /// before the body arrives. Observer sessions take both directions; Client and Server ones only what
    /// their peer sends. Any cut of the stream gives the same frames. \return an Error means that the stream
    /// position is lost: refuse() (server) and close.
    virtual Result<FrameStep> feed(Direction from, QByteArrayView buffered, const Limits &limits) = 0;
    /// Decodes a frame. Pure.
    virtual Result<Message> decode(const Frame &frame, const Limits &limits) const = 0;
    /// Bytes of a message; Server: Accept and Deny change the state. Neutral Reference and Error values are
    /// lowered here. \return Unsupported when a value cannot be carried.
    virtual Result<QByteArray> encode(const Message &message) = 0;
    /// Server: what to answer when feed() or decode() failed, and whether the connection must close after it.
    /// With the frame it was about, when there is one whole: a bad oneway call is then answered with nothing.
    virtual Refusal refuse(const Error &error, const Frame *frame = nullptr) = 0;
    virtual bool isReady() const = 0; ///< handshake finished
    /// What a Call that came with a `blob` carries in place of its arguments, decoded. Pure.
    virtual Result<Value> unwrap(const Message &call, const Limits &limits) const
    {
        Q_UNUSED(call);
        Q_UNUSED(limits);
        return Error::unsupported(QStringLiteral("this generation has no blobs"));
    }
    /// Client: the last number used, for SessionOptions::sequence of the next connection.
    virtual quint16 sequence() const { return 0; }
};

struct GenerationInfo
{
    int id = 0;    ///< 3, 4, 5
    QString label; ///< "Pyro 3"
    bool serverSpeaksFirst = false;
    int nameServerPort = 9090;
    int broadcastPort = 9090;
    int daemonPort = 0; ///< first port a daemon tries by default; 0 = any
    Dialect dialect = Dialect::Python3;
    std::vector<QByteArray> codecs; ///< default first
    struct Features
    {
        bool hierarchicalNames
            = false; ///< name server with groups (3) instead of a flat one with metadata (4/5)
        bool objectMetadata = false; ///< daemon tells methods and attributes
        bool streams = false;
        bool batch = false;
        bool annotations = false;
        bool checksum = false;
        bool mobileCode = false;
        bool identification = false;
        bool hmac = false;
        bool namedIds
            = false; ///< Query::Registered tells names with the ids (a dict), else ids only (a list)
    } features;
    QByteArray nameServerObject; ///< ":Pyro.NameServer" / "Pyro.NameServer"
    QByteArray daemonObject;     ///< id of the daemon's own object
    QString daemonName;          ///< name under which a daemon lists its own object; empty = it does not
    QStringList uriForms;        ///< "PYRO://host[:port]/id", ... for messages
};

/// What a daemon does for a method that every object has beside its own. See Generation::builtin().
enum class Builtin : quint8 {
    None,           ///< no such method
    ObjectId,       ///< answers the object's id
    Proxy,          ///< answers a proxy to the object
    AttributeProxy, ///< answers a proxy that reads and writes attributes
    Refused,        ///< housekeeping that is none of a client's business
    Private,        ///< a name that no object can offer, its own method or not
};

/// What a client asks of a daemon in vain. See Generation::wording().
enum class Lack : quint8 {
    Object,          ///< no object has that id
    Method,          ///< the object has nothing of that name
    PrivateMethod,   ///< Builtin::Private
    CalledAttribute, ///< an attribute, called as a method
    Attribute,       ///< nothing of that name to read or write
    MethodAsValue,   ///< a method, read or written like an attribute
    ReadOnly,        ///< an attribute that cannot be written
};
/// Class and text of an exception.
struct Wording
{
    QString className; ///< as for raise(): unqualified names are spelled by the generation
    QString text;
};

/// How sure looksLike() is.
enum class Match : quint8 { No, NeedMore, Yes };

/// One protocol generation. Stateless, shared by all threads.
class Generation
{
public:
    virtual ~Generation() = default;
    virtual const GenerationInfo &info() const = 0;
    virtual Result<Uri> parseUri(QStringView text) const = 0;
    virtual std::unique_ptr<Session> session(Role role, SessionOptions options) const = 0;
    /// Rewrites neutral Reference and Error nodes inside a value into this generation's classes; all else
    /// stays as it is.
    virtual Result<Value> lower(const Value &value) const = 0;
    /// A proxy or URI object inside a value, seen neutrally; nothing for others. Likewise asError for
    /// exceptions.
    virtual std::optional<Reference> asReference(const Value &value) const = 0;
    virtual std::optional<RemoteError> asError(const Value &value) const = 0;
    /// Server: does the token of a Connect message prove one of the allowed credentials? Constant time per
    /// entry.
    virtual bool verifies(const Message &connect, const Credentials &allowed) const = 0;
    /// A fresh object id in the generation's style.
    virtual QByteArray newObjectId() const = 0;
    /// Server: what the method of an object's base class does, for names the object itself does not have.
    virtual Builtin builtin(QByteArrayView method) const
    {
        Q_UNUSED(method);
        return Builtin::None;
    }
    /// Server: how the original words what an object lacks; nothing: as Python itself does. \param owner name
    /// of the object's class.
    virtual std::optional<Wording> wording(Lack lack, const QString &owner, QByteArrayView name) const
    {
        Q_UNUSED(lack);
        Q_UNUSED(owner);
        Q_UNUSED(name);
        return std::nullopt;
    }
    /// Server: whether a connection ends once this exception has been sent.
    virtual bool endsConnection(const RemoteError &error) const
    {
        Q_UNUSED(error);
        return false;
    }
    /// URI text of an object at host:port.
    virtual QString objectUri(
        const QString &host, int port, const QByteArray &object, bool tls = false) const = 0;
    /// Every byte of the frame in exactly one leaf.
    virtual std::vector<Field> dissect(const Frame &frame, const Limits &limits) const = 0;
    /// Entry of `decoded.frames` (vectors/README.md) for this frame.
    virtual Json record(const Frame &frame, const Limits &limits) const = 0;
    /// Cuts the frame that starts at `offset` out of bytes whose directions are unknown (a recording of one
    /// direction, or of both mixed) and tells direction and kind from its content. \return Protocol
    /// "frame.bad-header" / "frame.truncated" or Limit "frame.too-large", with the offset.
    virtual Result<Frame> frameAt(
        const QByteArray &recording, qsizetype offset, const Limits &limits) const = 0;
    /// Whether bytes from a connection's start are this generation's.
    virtual Match looksLike(QByteArrayView firstBytes, Direction from) const = 0;
    /// Server of several generations: whether a client whose first bytes fit none of them (another version)
    /// is best told so in this one's format. Asked in ascending order.
    virtual bool isNear(QByteArrayView firstBytes) const
    {
        Q_UNUSED(firstBytes);
        return false;
    }
};

/// The generations a program speaks, in ascending order. Built once by main (core/generations.h) and passed
/// in.
class Catalogue
{
public:
    void add(std::shared_ptr<const Generation> generation);
    const Generation *find(int id) const; ///< null when not spoken
    const std::vector<std::shared_ptr<const Generation>> &all() const { return m_all; }
    /// Parses a URI of any form; the error names the forms. `preferred` wins where a text fits several
    /// generations.
    Result<Uri> parseUri(QStringView text, int preferred = 0) const;

private:
    std::vector<std::shared_ptr<const Generation>> m_all;
};

/// Whether a text may be used as a host name or address: not empty, at most 255 characters, no space, control
/// or URI character, and not starting with '-' (it might end up on a command line). \return Usage error that
/// says what is wrong.
Status checkHost(QStringView host);

/// For "HOST:PORT", "[v6]:PORT", "HOST": the parts; port 0 when missing. Empty host or a bad port is a Usage
/// error; a host starting with '-' is refused.
Result<std::pair<QString, int>> parseEndpoint(QStringView text);

} // namespace pyrolens
