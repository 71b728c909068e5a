import TestSupport

/// DER that a test takes apart, changes and puts together again.
enum DERNode {
    case primitive(UInt8, [UInt8])
    case constructed(UInt8, [DERNode])

    /// Reads the elements that `bytes` are.
    static func all(in bytes: [UInt8]) throws -> [DERNode] {
        var nodes: [DERNode] = []
        var rest = bytes[...]
        while let tag = rest.popFirst() {
            guard var length = rest.popFirst().map(Int.init) else { throw Self.cut }
            if length >= 0x80 {
                let count = length & 0x7f
                length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(count)
            }
            guard length <= rest.count else { throw Self.cut }
            let content = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            nodes.append(
                tag & 0x20 == 0
                    ? .primitive(tag, content) : .constructed(tag, try all(in: content)))
        }
        return nodes
    }

    private static let cut = FixtureError.unexpected("DER that is cut off")

    /// Reads one element.
    init(_ bytes: [UInt8]) throws { self = try found(Self.all(in: bytes).first, "an element") }

    /// The element in DER.
    var bytes: [UInt8] {
        switch self {
        case .primitive(let tag, let content): Self.element(tag, content)
        case .constructed(let tag, let nodes): Self.element(tag, nodes.flatMap(\.bytes))
        }
    }

    /// The elements in it, none of a primitive one.
    var nodes: [DERNode] {
        if case .constructed(_, let nodes) = self { nodes } else { [] }
    }

    /// Returns it with the element at the end of `path` changed to what `change` returns.
    func changing(_ path: [Int], _ change: (DERNode) throws -> [DERNode]) throws -> DERNode {
        guard let step = path.first, case .constructed(let tag, var nodes) = self else {
            throw FixtureError.unexpected("no element there")
        }
        guard nodes.indices.contains(step) else {
            throw FixtureError.unexpected("no element \(step)")
        }
        let new =
            path.count == 1
            ? try change(nodes[step]) : [try nodes[step].changing(Array(path.dropFirst()), change)]
        nodes.replaceSubrange(step...step, with: new)
        return .constructed(tag, nodes)
    }

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80
            ? [UInt8(count)]
            : count < 0x100
                ? [0x81, UInt8(count)]
                : count < 0x1_0000
                    ? [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
                    : [0x83, UInt8(count >> 16), UInt8(count >> 8 & 0xff), UInt8(count & 0xff)]
        return [tag] + length + content
    }
}
