import Encoding

/// A text of a template with fields in braces, which the name of each file fills.
///
///     {file}     the whole name: `estuary-07.tif`
///     {name}     the name without its ending: `estuary-07`
///     {serial}   the number of the copy: `7`
struct WatchPattern: Hashable, Sendable {
    /// A field.
    enum Field: String, Hashable, CaseIterable {
        case name, file, serial
    }

    private enum Part: Hashable {
        case text(String)
        case field(Field)
    }

    /// The text as it was written.
    let source: String

    private let parts: [Part]

    /// The pattern that is the name, and no more.
    static let name = WatchPattern(source: "{name}", parts: [.field(.name)])

    private init(source: String, parts: [Part]) {
        self.source = source
        self.parts = parts
    }

    /// Reads the value of the member `member`; a brace that begins none of `fields` is refused.
    init(_ text: Text, of member: Text, fields: [Field]) throws(WatchTemplateError) {
        source = text.string
        var parts: [Part] = []
        var rest = text.string[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            let after = rest.index(after: open)
            let name = rest[after...].prefix { $0 != "}" }
            guard name.endIndex < rest.endIndex, let field = Field(rawValue: String(name)),
                fields.contains(field)
            else { throw .unknownField(Text(String(name)), in: member) }
            parts.append(.field(field))
            rest = rest[rest.index(after: name.endIndex)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// How many fields it has.
    var fieldCount: Int {
        parts.count { if case .field = $0 { true } else { false } }
    }

    /// Returns the text for a file of this name.
    func filled(_ name: Text, serial: Int64?) -> Text {
        Text(
            parts.map { part in
                switch part {
                case .text(let text): text
                case .field(.file): name.string
                case .field(.name): Self.stem(of: name.string)
                case .field(.serial): serial.map { "\($0)" } ?? ""
                }
            }.joined())
    }

    /// Returns the number that stands in a file's name where the pattern has its one field; nil
    /// where the name, without its ending, is not of this pattern.
    ///
    /// The whole name must be: `estuary-07 (1)` is no copy 7, and no copy 1.
    func serial(in name: Text) -> Int64? {
        var rest = Array(Self.stem(of: name.string).utf8)[...]
        var digits: ArraySlice<UInt8> = []
        for part in parts {
            switch part {
            case .text(let text):
                guard rest.starts(with: text.utf8) else { return nil }
                rest = rest.dropFirst(text.utf8.count)
            case .field:
                digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                rest = rest.dropFirst(digits.count)
            }
        }
        guard rest.isEmpty, !digits.isEmpty,
            let number = Int64(String(decoding: digits, as: UTF8.self)), number >= 1
        else { return nil }
        return number
    }

    /// A name without its ending: what stands before the last dot, where something does.
    private static func stem(of name: String) -> String {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
            return name
        }
        return String(decoding: name.utf8[..<dot], as: UTF8.self)
    }
}
