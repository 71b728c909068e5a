package import Encoding

/// An answer as it came over the wire.
package struct HTTPAnswer: Sendable {
    package let status: Int
    package var fields: [String: [String]] = [:]
    package var body: [UInt8] = []

    package init(status: Int) {
        self.status = status
    }

    /// The value of a field that may stand once.
    package subscript(_ name: String) -> String? {
        fields[name]?.count == 1 ? fields[name]?.first : nil
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Title and detail of a problem in CBOR; nil where the body is none.
    package var problem: (title: String, detail: String)? {
        guard self["content-type"] == "application/concise-problem-details+cbor" else { return nil }
        return Self.problem(try? CBOR.decode(body))
    }

    package static func problem(_ item: CBOR?) -> (title: String, detail: String)? {
        guard let map = item?.mapValue, map.count == 2, let title = map[-1]?.textValue,
            let detail = map[-2]?.textValue
        else { return nil }
        return (title.string, detail.string)
    }
}
