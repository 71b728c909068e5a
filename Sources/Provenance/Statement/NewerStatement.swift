package import Encoding
package import Manifests

/// A statement that only a newer version reads: nothing of it is false, and nothing is known.
///
/// A change of a statement's form is a new `typ`, and a change of a manifest's form a new predicate
/// type (statement.md §1, manifests.md). So these two tell a newer statement from a malformed one:
/// a `typ` that is named as ours are, and a control predicate with our prefix. All else that breaks
/// a rule of a known type is malformed in each version: a label, a claim, `crit` too.
package struct NewerStatement: Hashable, Sendable {
    /// What is not known: a `typ`, or a predicate type.
    package let type: Text

    /// Whether it is a control statement: then nobody here knows the registry behind it.
    package let isControl: Bool

    /// Whether its `typ` is known, and its predicate type is not.
    private let isOfKnownType: Bool

    /// Reads a leaf that was refused; nil where that was no matter of its version.
    package init?(_ leaf: [UInt8], refused refusal: Refusal) {
        switch refusal.reason {
        case .unknownType, .predicate: break
        default: return nil
        }
        // It was read as far as this before it was refused.
        guard let form = try? TransportForm(leaf),
            let type = form.message.protectedMap[HeaderLabel.type]?.textValue
        else { return nil }
        if refusal.reason == .unknownType {
            guard let name = Self.name(in: type) else { return nil }
            (self.type, isControl) = (type, name == Self.controlName)
            isOfKnownType = false
        } else {
            guard type == ContentType.control, let payload = form.message.payload,
                let predicate = (try? JSON.decode(payload))?["predicateType"]?.text,
                !PredicateType.isKnown(predicate)
            else { return nil }
            (self.type, isControl) = (predicate, true)
            isOfKnownType = true
        }
    }

    /// Whether its `typ` is not on the closed list: no ledger with an index admits it
    /// (index.md §8).
    package var isOfUnlistedType: Bool { !isOfKnownType && EntryType(type) == nil }

    private static let controlName = "control"

    /// The NAME of `application/vnd.colophon.NAME.vN+cose`; nil for a type of any other form.
    private static func name(in type: Text) -> String? {
        let (start, end) = ("application/vnd.colophon.", "+cose")
        let text = type.string
        guard text.utf8.count <= typeLimit, text.hasPrefix(start), text.hasSuffix(end) else {
            return nil
        }
        let parts = text.dropFirst(start.count).dropLast(end.count)
            .split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let name = parts.first, !name.isEmpty,
            name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x2D }),
            parts[1].first == "v", let version = UInt16(parts[1].dropFirst()),
            version > 0, parts[1] == "v\(version)"
        else { return nil }
        return String(name)
    }

    /// Bytes of a `typ`: some name of a word or two.
    private static let typeLimit = 128
}
