/// Divides room among the parts of a card, so that a long one hides nothing of the others.
enum FairShare {
    /// Returns how much of `room` each part gets: all that it needs, or as much as every other one
    /// that needs more than there is.
    static func of(_ room: Int, among needs: [Int]) -> [Int] {
        var shares = needs
        var rest = room
        for (done, place) in needs.indices.sorted(by: { needs[$0] < needs[$1] }).enumerated() {
            shares[place] = min(needs[place], rest / (needs.count - done))
            rest -= shares[place]
        }
        return shares
    }
}
