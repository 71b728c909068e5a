import Encoding

/// The members of a predicate that somebody has written down beforehand.
enum ExtraMembers {
    /// Returns `own` with `extra` after them.
    ///
    /// What is written down wins over `defaults`, which nobody asked for; what `own` says as well,
    /// or what only the signer can fill in, is refused.
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
