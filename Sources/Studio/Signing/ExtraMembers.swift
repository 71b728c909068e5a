package import Encoding

/// The members of a predicate that come from a file.
package struct ExtraMembers {
    package let path: String
    package let members: JSON.Object

    package init(path: String, members: JSON.Object) {
        self.path = path
        self.members = members
    }

    /// Returns `own` with the file's members after them.
    ///
    /// The file wins over `defaults`, which nobody asked for; what a flag says as well, or what
    /// only this program can fill in, is refused.
    package func merged(into own: JSON.Object, defaults: Set<Text> = []) throws(Failure)
        -> JSON.Object
    {
        var all = own
        for member in members.members {
            if Self.filledIn.contains(member.name) {
                throw .unreadable(
                    path, "\"\(member.name)\" is filled in and must not be in the file")
            }
            guard own[member.name] == nil || defaults.contains(member.name) else {
                throw .unreadable(
                    path, "\"\(member.name)\" is given by a flag as well",
                    hint: "give it in one place")
            }
            all[member.name] = member.value
        }
        return all
    }

    private static let filledIn: Set<Text> = ["nonce", "pop", "card"]
}
