import Encoding

/// An answer as it came over the wire.
struct HTTPAnswer: Sendable {
    let status: Int
    var fields: [String: [String]] = [:]
    var body: [UInt8] = []

    init(status: Int) {
        self.status = status
    }

    /// The value of a field that may stand once.
    subscript(_ name: String) -> String? {
        fields[name]?.count == 1 ? fields[name]?.first : nil
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Title and detail of a problem in CBOR; nil where the body is none.
    var problem: (title: String, detail: String)? {
        guard self["content-type"] == "application/concise-problem-details+cbor" else { return nil }
        return Self.problem(try? CBOR.decode(body))
    }

    static func problem(_ item: CBOR?) -> (title: String, detail: String)? {
        guard let map = item?.mapValue, map.count == 2, let title = map[-1]?.textValue,
            let detail = map[-2]?.textValue
        else { return nil }
        return (title.string, detail.string)
    }
}
