// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What a script sees, and the translation between tagged values and those of JavaScript.
(function (host, global) {
    'use strict';
    var methods = {};
    var attributes = {};
    var oneways = {};
    var timers = [];
    var has = function (object, key) { return Object.prototype.hasOwnProperty.call(object, key); };
    var parse = JSON.parse, stringify = JSON.stringify;

    // A value that JavaScript has no kind for: carried along unchanged.
    function Tagged(json) { this.json = json; Object.freeze(this); }
    Tagged.prototype.toString = function () { return stringify(this.json); };
    function Raised(className, args) { this.className = className; this.args = args; }
    Raised.prototype.toString = function () { return this.className; };

    function bytesOfText(text) {
        // UTF-8 text in 8-bit strings of Python 2; what is no UTF-8 stays as it is.
        try { return decodeURIComponent(escape(text)); } catch (error) { return text; }
    }

    function fromTagged(json) {
        if (json === null || typeof json !== 'object')
            return json;
        if (Array.isArray(json))
            return json.map(fromTagged);
        var keys = Object.keys(json);
        if (keys.length === 1 && keys[0][0] === '$') {
            var content = json[keys[0]];
            switch (keys[0]) {
            case '$str': return bytesOfText(content);
            case '$float': return content === 'inf' ? Infinity : content === '-inf' ? -Infinity : Number(content);
            case '$long': return Number.isSafeInteger(Number(content)) ? Number(content) : new Tagged(json);
            case '$tuple': return Tuple.apply(null, content.map(fromTagged));
            case '$dict': return fromPairs(content);
            default: return new Tagged(json);
            }
        }
        if (keys.some(function (key) { return key[0] === '$'; }))
            return new Tagged(json);
        var object = {};
        keys.forEach(function (key) { object[key] = fromTagged(json[key]); });
        return object;
    }

    function fromPairs(pairs) {
        var items = pairs.map(function (pair) { return [fromTagged(pair[0]), fromTagged(pair[1])]; });
        if (!items.every(function (item) { return typeof item[0] === 'string'; }))
            return new Map(items);
        var object = {};
        items.forEach(function (item) { object[item[0]] = item[1]; });
        return object;
    }

    function toTagged(value, depth) {
        if (depth > 150)
            throw new RangeError('the value is nested too deeply, or contains itself');
        if (value === null || value === undefined)
            return null;
        switch (typeof value) {
        case 'boolean':
        case 'string':
            return value;
        case 'number':
            return Number.isSafeInteger(value) ? value : {$float: isFinite(value) ? String(value)
                : value !== value ? 'nan' : value > 0 ? 'inf' : '-inf'};
        case 'object':
            break;
        default:
            throw new TypeError('a ' + typeof value + ' cannot be sent');
        }
        if (value instanceof Tagged)
            return value.json;
        var inside = function (one) { return toTagged(one, depth + 1); };
        if (Array.isArray(value))
            return value.isTuple === true ? {$tuple: value.map(inside)} : value.map(inside);
        var pairs = [];
        if (value instanceof Map)
            value.forEach(function (one, key) { pairs.push([inside(key), inside(one)]); });
        else
            Object.keys(value).forEach(function (key) { pairs.push([key, inside(value[key])]); });
        return {$dict: pairs};
    }

    function Tuple() {
        var items = Array.prototype.slice.call(arguments);
        Object.defineProperty(items, 'isTuple', {value: true});
        return items;
    }
    function Bytes(source) {
        var hex = '';
        for (var i = 0; i < source.length; ++i) {
            var code = typeof source === 'string' ? source.charCodeAt(i) : source[i];
            if (!(code >= 0 && code < 256))
                throw new RangeError('a byte is a number from 0 to 255');
            hex += (code < 16 ? '0' : '') + code.toString(16);
        }
        return new Tagged({$bytes: hex});
    }
    function Decimal(text) { return new Tagged({$decimal: String(text)}); }
    function BigInt(text) { return new Tagged({$int: String(text)}); }

    function post(message) { host.send(stringify(message)); }

    var api = {
        Tuple: Tuple, Bytes: Bytes, Decimal: Decimal, BigInt: BigInt,
        expose: function (functions) {
            Object.keys(functions).forEach(function (name) {
                if (typeof functions[name] !== 'function')
                    throw new TypeError("expose: '" + name + "' is no function");
                methods[name] = functions[name];
            });
        },
        oneway: function () {
            Array.prototype.forEach.call(arguments, function (name) { oneways[name] = true; });
        },
        attr: function (name, value) {
            if (arguments.length > 1)
                attributes[name] = value;
            return attributes[name];
        },
        raise: function (className) {
            throw new Raised(String(className), Array.prototype.slice.call(arguments, 1));
        },
        sleep: function (ms) {
            post({op: 'sleep', ms: Math.max(0, Math.ceil(Number(ms) || 0))});
            host.sleep(Number(ms) || 0);
        },
        emit: function (subject, value) {
            post({op: 'emit', subject: String(subject), value: toTagged(value, 0)});
        },
        log: function () {
            post({op: 'log', text: Array.prototype.map.call(arguments, String).join(' ')});
        },
        every: function (ms, work) {
            if (typeof work !== 'function')
                throw new TypeError('every: the second argument is no function');
            var timer = host.startTimer(Number(ms));
            if (timer < 0)
                throw new RangeError('every: too many timers');
            timers[timer] = work;
        }
    };
    Object.keys(api).forEach(function (name) {
        Object.defineProperty(global, name, {value: api[name]});
    });

    function handle(text) {
        var message = parse(text);
        var result = null;
        if (message.op === 'call') {
            if (!has(methods, message.method))
                throw new Raised('AttributeError', [message.method]);
            var args = message.args.map(fromTagged);
            var named = fromTagged(message.kwargs);
            // Keyword arguments arrive as one object at the end.
            if (named instanceof Map ? named.size : Object.keys(named).length)
                args.push(named);
            result = methods[message.method].apply(null, args);
        } else if (message.op === 'get') {
            result = attributes[message.name];
        } else if (message.op === 'set') {
            attributes[message.name] = fromTagged(message.value);
        }
        post({op: 'reply', id: message.id, value: toTagged(result, 0)});
    }

    return {
        handle: function (text) {
            // An exception that is no Error would look like a result to the other side.
            try {
                handle(text);
            } catch (error) {
                if (!(error instanceof Raised))
                    throw error;
                post({op: 'raise', id: parse(text).id, 'class': error.className,
                    args: error.args.map(function (one) { return toTagged(one, 0); })});
            }
        },
        ready: function () {
            post({op: 'ready', attributes: Object.keys(attributes),
                methods: Object.keys(methods).map(function (name) {
                    return {name: name, oneway: has(oneways, name)};
                })});
        },
        tick: function (timer) { timers[timer](); },
        failure: function (op, id, error, file, interrupted) {
            var line = error && error.lineNumber ? error.lineNumber : 0;
            var what = interrupted ? 'it ran longer than allowed and was interrupted'
                : error instanceof Raised ? error.className + ' ' + error.args.join(', ') : String(error);
            var place = file + (line ? ':' + line : '') + ': ';
            var stack = error && error.stack ? String(error.stack) : '';
            post({op: op, id: id, 'class': 'RuntimeError',
                args: [place + what + (stack ? '\n' + stack : '')],
                text: place + what, line: line, interrupted: interrupted});
        }
    };
})
