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

    private static let filledIn: Set<Text> = ["nonce", "pop", "card"]
}
