public import Encoding

/// Whether a work looks as much like what it was made from as the stated actions leave it.
///
/// All of it is the word of the signer: the distance, and the actions.
public struct ParentLikeness: Hashable, Sendable {
    /// The parent that it looks most like.
    public let nearest: ParentDistance

    /// How much is changed by what was done; nil where no action says.
    public let stated: StatedChange?

    /// The largest distance that this explains; nil where it explains every one.
    ///
    /// Where no action says anything, works that look alike need no explanation.
    public var largestDistance: Int? {
        guard let stated else { return LikenessBand.limit }
        return stated.largestDistance
    }

    /// Whether the distance is explained.
    public var isExplained: Bool {
        largestDistance.map { nearest.distance <= $0 } ?? true
    }

    /// Judges the distances from all that a work was made from, as a whole.
    ///
    /// - Parameters:
    ///   - distances: those that are known.
    ///   - parents: the number of parents. Where one more has no distance, it may be the nearest.
    ///   - actions: what was done, by its C2PA names.
    public init?(_ distances: [ParentDistance], parents: Int, actions: [Text]) {
        guard distances.count == parents,
            let nearest = distances.min(by: { $0.distance < $1.distance })
        else { return nil }
        self.nearest = nearest
        stated = StatedChange(actions)
    }

    /// Reads what a manifest says; nil where it says no distance from one of its parents.
    public init?(_ manifest: Manifest) {
        guard manifest.predicateType == PredicateType.provenance else { return nil }
        let predicate = manifest.predicate
        let whole = (predicate["parents"]?.array ?? []).filter {
            $0["relation"]?.text == "parentOf"
        }
        let known = (predicate["ext"]?[ParentDistance.member]?.array ?? [])
            .compactMap { ParentDistance($0) }
        let distances = whole.compactMap { parent in
            known.first { $0.entry == parent["entry"]?.text }
        }
        self.init(
            distances, parents: whole.count,
            actions: (predicate["actions"]?.array ?? []).compactMap(\.text))
    }
}
