import Encoding

/// The members of a predicate that come from a file.
enum ExtraMembers {
    /// Returns `own` with `extra` after them.
    ///
    /// A member of `extra` replaces one of `defaults`. A member that `own` has as well is refused,
    /// and so is one that only the signer can fill in.
    static func merge(
        _ extra: JSON.Object, into own: JSON.Object, defaults: Set<Text> = []
    ) throws(SignerError) -> JSON.Object {
        var all = own
        for member in extra.members {
            guard !filledIn.contains(member.name) else { throw .filledIn(member.name) }
            guard own[member.name] == nil || defaults.contains(member.name) else {
                throw .givenTwice(member.name)
            }
            all[member.name] = member.value
        }
        return all
    }

    /// Returns `ext` with the signer's `own` members before those of a file; nil where neither has
    /// any.
    ///
    /// What a file has in the place of an object stays as it is, and is refused with the manifest.
    static func ext(_ own: JSON.Object, _ extra: JSON?) throws(SignerError) -> JSON? {
        guard !own.members.isEmpty else { return extra }
        guard let extra else { return .object(own) }
        guard case .object(let members) = extra else { return extra }
        var all = own
        for member in members.members {
            guard own[member.name] == nil else { throw .filledIn("ext." + member.name) }
            all[member.name] = member.value
        }
        return .object(all)
    }

    private static let filledIn: Set<Text> = ["nonce", "pop", "card"]
}
