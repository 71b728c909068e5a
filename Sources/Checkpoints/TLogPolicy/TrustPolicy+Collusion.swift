extension TrustPolicy {
    /// The fewest of the witnesses that `counts` names whose word meets the quorum: as few as these
    /// would have to lie together with the log.
    ///
    /// Empty where no witness is asked for; nil where not even all of them meet it.
    ///
    /// A name is a member once at most, so what the members of a group need adds up, and the
    /// members that need least are the ones to take. One pass in the file's order is enough.
    public func fewest(_ counts: (Witness) -> Bool = { _ in true }) -> [Witness]? {
        guard quorum != .none else { return [] }
        var needed: [PolicyWord: [Witness]] = [:]
        for witness in witnesses where counts(witness) { needed[witness.name] = [witness] }
        for group in groups {
            let members = group.members.compactMap { needed[$0] }.sorted { $0.count < $1.count }
            guard members.count >= group.threshold else { continue }
            needed[group.name] = members.prefix(group.threshold).flatMap { $0 }
        }
        return needed[quorum]
    }
}
