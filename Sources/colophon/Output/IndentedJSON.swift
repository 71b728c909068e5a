import Encoding

/// JSON for a person to read and edit: a member or an element a line.
enum IndentedJSON {
    /// Levels that are indented; what is deeper stands on one line.
    private static let depth = 8

    /// Returns `json` in lines.
    static func text(of json: JSON) -> String {
        text(of: json, depth: 0)
    }

    private static func text(of json: JSON, depth: Int) -> String {
        let (inner, outer) = (indent(depth + 1), indent(depth))
        switch json {
        case .object(let object) where !object.members.isEmpty && depth < Self.depth:
            let members = object.members.map { member in
                inner + line(.string(member.name)) + ": " + text(of: member.value, depth: depth + 1)
            }
            return "{\n\(members.joined(separator: ",\n"))\n\(outer)}"
        case .array(let elements) where elements.contains(where: isText) && depth < Self.depth:
            let lines = elements.map { inner + text(of: $0, depth: depth + 1) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        default:
            return line(json)
        }
    }

    /// Numbers fit on one line.
    private static func isText(_ json: JSON) -> Bool { json.integer == nil }

    private static func line(_ json: JSON) -> String {
        String(decoding: json.encoded(), as: UTF8.self)
    }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}
