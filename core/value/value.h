// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QStringList>
#include <QStringView>

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace pyrolens {

struct Object;
struct Reference;
struct RemoteError;
namespace detail {
/// Head of everything a Value does not hold inline. The rest is in valuenode.h; no business of users.
struct Node
{
    std::atomic<quint32> refs;
    quint8 kind;
    quint8 flags;
    quint16 depth; ///< levels of containers from here down; 0 = not a compound
};
struct Access;
void destroyNode(Node *node) noexcept;
} // namespace detail

/// One Python value, exactly as a pickle, serpent, marshal, json or msgpack body can carry it.
///
/// A Value is an immutable 16-byte handle: none, booleans, 64-bit integers and floats stand inline, all else
/// is a reference-counted node. Copying is one atomic increment; a Value may be handed to and read by any
/// thread. Nothing changes after construction (decoders build through ValueBuilder and freeze once), so
/// shared sub-trees stay shared. Cycles are not owned: the place that points back holds a `Kind::Cycle` leaf
/// with the number that the container pointed to carries as cycleId().
///
/// Python 2 needs kinds that Python 3 lacks: `Str` (8-bit str) beside `Text` (unicode), `Long` beside `Int`.
class Value final
{
public:
    enum class Kind : quint8 {
        None,
        Bool,
        Int,  ///< Python int of any size (Python 2: fixed-size int); big ones hold digits in a node
        Long, ///< Python 2 long of any size
        Float,
        Complex,
        Text,  ///< unicode text, stored as UTF-8 (lone surrogates as three bytes, so they survive)
        Str,   ///< Python 2 8-bit str
        Bytes, ///< Python 3 bytes
        ByteArray,
        Tuple,
        List,
        Set,
        FrozenSet,
        Dict,     ///< ordered pairs, any key
        Global,   ///< a class or function, by name only
        Object,   ///< an instance or the result of a call, inert: see Object
        Decimal,  ///< decimal.Decimal, as text
        Uuid,     ///< uuid.UUID, 16 bytes
        DateTime, ///< ISO 8601 text, as the other three
        Date,
        Time,
        TimeDelta,    ///< days, seconds, microseconds
        Array,        ///< array.array: type code and list of items
        Ext,          ///< msgpack extension: code and bytes
        PersistentId, ///< pickle persistent id: one value
        Cycle,        ///< points back to the enclosing container with this cycleId()
        Reference,    ///< neutral: a proxy or URI to be lowered into a generation's own class
        Error,        ///< neutral: an exception to be lowered into a generation's own class
    };

    using Pair = std::pair<Value, Value>;

    // --- Construction. All are total; sizes are bytes.
    Value() noexcept = default; ///< None
    Value(const Value &other) noexcept;
    Value(Value &&other) noexcept;
    Value &operator=(const Value &other) noexcept;
    Value &operator=(Value &&other) noexcept;
    ~Value();

    static Value none() noexcept { return {}; }
    static Value boolean(bool value) noexcept;
    static Value integer(qint64 value) noexcept;
    static Value longInteger(qint64 value) noexcept;
    /// Two's complement, little-endian, any length; becomes inline when it fits 64 bits.
    static Value bigInteger(QByteArrayView twosComplement, Kind kind = Kind::Int);
    /// From decimal text ("-12", no spaces or underscores); nothing when it is not that or longer than
    /// `maxDigits`.
    static std::optional<Value> integerFromText(QByteArrayView decimal, Kind kind, int maxDigits);
    static Value real(double value) noexcept;
    static Value complex(double re, double im);
    static Value text(QStringView text);
    static Value text(const QString &text) { return Value::text(QStringView(text)); }
    static Value text(const char8_t *utf8);
    static Value utf8(
        QByteArrayView utf8); ///< Kind::Text from bytes known to be UTF-8 (surrogates as 3 bytes allowed)
    static Value str(QByteArrayView bytes);
    static Value bytes(QByteArrayView bytes);
    static Value byteArray(QByteArrayView bytes);
    /// Text, Str, Bytes or ByteArray that shares `owner`'s block instead of copying; for large payloads.
    static Value view(Kind kind, const QByteArray &owner, qsizetype offset, qsizetype size);
    static Value tuple(std::vector<Value> items);
    static Value list(std::vector<Value> items);
    static Value set(std::vector<Value> items);
    static Value frozenSet(std::vector<Value> items);
    static Value dict(std::vector<Pair> pairs);
    static Value global(QByteArrayView module, QByteArrayView name);
    static Value object(Object object);
    static Value decimal(QByteArrayView text);
    static Value uuid(QByteArrayView sixteenBytes);
    static Value dateTime(QByteArrayView iso);
    static Value date(QByteArrayView iso);
    static Value time(QByteArrayView iso);
    static Value timeDelta(qint64 days, qint64 seconds, qint64 microseconds);
    static Value array(char typeCode, Value items);
    static Value ext(int code, QByteArrayView bytes);
    static Value persistentId(Value id);
    static Value cycle(quint32 id) noexcept;
    static Value reference(Reference reference);
    static Value error(RemoteError error);

    // --- Inspection. The as...() functions give nothing (null, nullopt, empty) for other kinds; they never
    // convert.
    Kind kind() const noexcept { return m_kind; }
    bool isNone() const noexcept { return m_kind == Kind::None; }
    bool isContainer() const noexcept; ///< Tuple, List, Set, FrozenSet, Dict, Object, Array, PersistentId
    std::optional<bool> asBool() const noexcept;
    /// Int or Long that fits 64 bits.
    std::optional<qint64> asInteger() const noexcept;
    std::optional<double> asReal() const noexcept; ///< Float only
    std::optional<std::pair<double, double>> asComplex() const noexcept;
    bool isBigInteger() const noexcept; ///< Int or Long that does not fit 64 bits
    QByteArray integerBytes() const;    ///< minimal two's complement, little-endian, of Int or Long
    /// Decimal digits of Int or Long; nothing when there would be more than `maxDigits`.
    std::optional<QByteArray> integerText(int maxDigits = 4300) const;
    /// The raw bytes of Text (UTF-8), Str, Bytes, ByteArray, Decimal, Uuid, DateTime, Date, Time, Ext.
    QByteArrayView rawBytes() const noexcept;
    /// Text as QString, Str as Latin-1 when not UTF-8; for display and names. Empty for other kinds.
    QString toText() const;
    bool isTextLike() const noexcept { return m_kind == Kind::Text || m_kind == Kind::Str; }
    /// Elements of Tuple, List, Set, FrozenSet; the list items of Array (one element: the list).
    std::span<const Value> items() const noexcept;
    std::span<const Pair> pairs() const noexcept;    ///< of Dict
    qsizetype size() const noexcept;                 ///< items, pairs or bytes
    const Value &at(qsizetype index) const noexcept; ///< items()[index], None when out of range
    /// Dict lookup, text-like keys by their bytes whether Text or Str; null when missing. Indexed above 16
    /// pairs.
    const Value *find(QByteArrayView key) const;
    const Value *find(const Value &key) const; ///< exact equality
    const Object *asObject() const noexcept;
    const Reference *asReference() const noexcept;
    const RemoteError *asError() const noexcept;
    /// Global and Object: module and qualified name. className() is "module.name".
    QByteArrayView module() const noexcept;
    QByteArrayView name() const noexcept;
    QByteArray className() const;
    struct Delta
    {
        qint64 days = 0;
        qint64 seconds = 0;
        qint64 microseconds = 0;
    };
    std::optional<Delta> asTimeDelta() const noexcept;
    char typeCode() const noexcept; ///< of Array, else 0
    int extCode() const noexcept;   ///< of Ext, else 0

    /// Number of this container when something inside points back to it, else 0. Kind::Cycle: the number
    /// pointed to.
    quint32 cycleId() const noexcept;
    /// Equal for handles of the same node; null for inline values. Lets encoders keep sharing.
    const void *identity() const noexcept;
    /// False when this is the only handle of its node, or there is no node: then nothing shares it. A hint
    /// for encoders; true may mean a handle outside of the value at hand.
    bool isShared() const noexcept { return m_isNode && m_node->refs.load(std::memory_order_relaxed) > 1; }

    /// Exact equality: kind and bits, structure and order; NaN equals NaN. Sharing does not matter.
    /// Iterative; visits each pair of nodes once, so shared graphs cost what they store.
    friend bool operator==(const Value &a, const Value &b);

private:
    friend struct detail::Access;
    /// Takes over one reference.
    Value(Kind kind, detail::Node *node, quint32 small) noexcept
        : m_kind(kind), m_isNode(true), m_small(small), m_node(node)
    { }
    static void release(detail::Node *node) noexcept
    {
        // The last owner needs no locked instruction: nobody else can add a reference any more.
        if (node->refs.load(std::memory_order_acquire) == 1
            || node->refs.fetch_sub(1, std::memory_order_acq_rel) == 1)
            detail::destroyNode(node);
    }

    Kind m_kind = Kind::None;
    bool m_isNode = false;
    quint32 m_small = 0; ///< Text, Str: fingerprint of the bytes; Array: type code; Ext: code; Cycle: number
    union
    {
        qint64 m_integer = 0;
        double m_real;
        detail::Node *m_node;
    };
};

static_assert(sizeof(Value) == 16);

inline Value::Value(const Value &other) noexcept
    : m_kind(other.m_kind), m_isNode(other.m_isNode), m_small(other.m_small), m_integer(other.m_integer)
{
    if (m_isNode)
        m_node->refs.fetch_add(1, std::memory_order_relaxed);
}

inline Value::Value(Value &&other) noexcept
    : m_kind(other.m_kind), m_isNode(other.m_isNode), m_small(other.m_small), m_integer(other.m_integer)
{
    other.m_kind = Kind::None;
    other.m_isNode = false;
}

inline Value &Value::operator=(Value &&other) noexcept
{
    Value old(std::move(*this)); // dropped last: it may own `other`
    m_kind = other.m_kind;
    m_isNode = other.m_isNode;
    m_small = other.m_small;
    m_integer = other.m_integer;
    other.m_kind = Kind::None;
    other.m_isNode = false;
    return *this;
}

inline Value &Value::operator=(const Value &other) noexcept
{
    return *this = Value(other);
}

inline Value::~Value()
{
    if (m_isNode)
        release(m_node);
}

inline Value Value::boolean(bool value) noexcept
{
    Value out;
    out.m_kind = Kind::Bool;
    out.m_integer = value ? 1 : 0;
    return out;
}

inline Value Value::integer(qint64 value) noexcept
{
    Value out;
    out.m_kind = Kind::Int;
    out.m_integer = value;
    return out;
}

inline Value Value::longInteger(qint64 value) noexcept
{
    Value out;
    out.m_kind = Kind::Long;
    out.m_integer = value;
    return out;
}

inline Value Value::real(double value) noexcept
{
    Value out;
    out.m_kind = Kind::Float;
    out.m_real = value;
    return out;
}

/// Python's ==, e.g. 1 == 1.0 == True, Text == Str when ASCII (Python 2 dialect only).
bool pythonEquals(const Value &a, const Value &b);

/// An instance, or the result of a call, that was described and not made. Everything a pickle can say about
/// one.
struct Object
{
    enum class Made : quint8 {
        Inst,          ///< old-style class, INST opcode
        Obj,           ///< old-style class, OBJ opcode
        NewObj,        ///< cls.__new__(cls, *args)
        NewObjEx,      ///< with keywords
        Reconstructor, ///< copy_reg._reconstructor(cls, base, base value)
        Reduce,        ///< callable(*args)
        Dict,          ///< class dictionary of a self-describing format
    };
    Made made = Made::Reduce;
    QByteArray module;          ///< of the class or callable; may be empty (Dict)
    QByteArray name;            ///< qualified name inside the module
    Value callee;               ///< only when the class is no plain Global, else None
    Value args;                 ///< Tuple
    Value kwargs;               ///< Dict with NewObjEx, else None
    Value baseClass;            ///< Reconstructor: the Global of the builtin base
    Value base;                 ///< Reconstructor: its value, None for object
    std::optional<Value> state; ///< argument of BUILD
    std::vector<Value> listItems;
    std::vector<Value::Pair> dictItems;

    QByteArray className() const { return module.isEmpty() ? name : module + '.' + name; }
    /// State as attribute pairs when it is a dict, or the merged pairs of a (dict, slots) pair; else empty.
    std::vector<Value::Pair> attributes() const;
};

/// A remote object as a value, free of any generation's class names. `lower` of a generation turns it into
/// its own.
struct Reference
{
    enum class Form : quint8 { Proxy, AttributeProxy, Uri };
    Form form = Form::Proxy;
    QString uri; ///< text form of that generation
    /// What a proxy carries to prove who uses it: munged identification (generation 3), HMAC key (4). Never
    /// shown in full.
    QByteArray ident;
    QStringList onewayMethods;
    std::optional<double> timeout; ///< seconds
    // Generations 4 and 5.
    QStringList methods;    ///< with the oneway ones; empty: not told
    QStringList attributes; ///< empty: not told
    QByteArray codec;       ///< serializer to call it with; empty = the default
    Value handshake;        ///< data for the server's validator; None: not told
};

/// An exception raised by the other side. Everything in it is a stranger's data: show as plain text.
struct RemoteError
{
    QString className;     ///< as on the wire: "exceptions.KeyError", "builtins.KeyError", "demo.EchoError"
    Value args;            ///< Tuple
    Value attributes;      ///< Dict text -> value (without the traceback)
    QStringList traceback; ///< lines without the final newline; empty if the peer sent none
    bool hasTraceback() const { return !traceback.isEmpty(); }
    /// Python's "Class: message" line for people.
    QString summary() const;
    /// An Error of Kind::Remote that carries this.
    static struct Error toError(RemoteError error);
};

} // namespace pyrolens
