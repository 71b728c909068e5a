import Encoding
import Provenance

/// The steps of a history as a tree: each below the one that it was made from.
struct HistoryTree {
    /// A step, and where it hangs.
    struct Node {
        /// Its place in ``WorkHistory/steps``.
        let step: Int

        /// How many steps it hangs below.
        let depth: Int

        /// For each level above it, whether more follows there; the last is its own level.
        let goesOn: [Bool]
    }

    /// The nodes, each before those that hang below it.
    let nodes: [Node]

    /// For each step the one that it hangs below.
    let above: [Int?]

    /// The parents that would close a circle, by step and place: they hang nowhere.
    let circles: [Int: Set<Int>]

    /// Hangs the steps of `history`.
    init(_ history: WorkHistory) {
        let steps = history.steps
        var places: [EntryID: Int] = [:]
        for (place, step) in steps.enumerated() { places[step.entry] = place }
        var above = [Int?](repeating: nil, count: steps.count)
        var circles: [Int: Set<Int>] = [:]
        // Parents that are the whole origin come before parts and inputs.
        for (place, step) in steps.enumerated() {
            let known = step.parents.enumerated().compactMap {
                number, parent -> (Int, Int, Bool)? in
                guard case .step(let entry) = parent.finding, let other = places[entry] else {
                    return nil
                }
                return (number, other, parent.relation == "parentOf")
            }
            for (number, other, _) in known.filter(\.2) + known.filter({ !$0.2 }) {
                if Self.isAbove(place, other, above) {
                    circles[place, default: []].insert(number)
                } else if above[place] == nil {
                    above[place] = other
                }
            }
        }
        (self.above, self.circles) = (above, circles)
        nodes = Self.nodes(above)
    }

    /// Whether `step` is `other`, or one of those that it hangs below.
    func isAbove(_ step: Int, _ other: Int) -> Bool { Self.isAbove(step, other, above) }

    /// The same, while the tree is made.
    private static func isAbove(_ step: Int, _ other: Int, _ above: [Int?]) -> Bool {
        var place: Int? = other
        while let here = place {
            if here == step { return true }
            place = above[here]
        }
        return false
    }

    /// Goes down from the steps that hang below none, without recursion: who signs decides how
    /// deep it is.
    private static func nodes(_ above: [Int?]) -> [Node] {
        var below: [Int?: [Int]] = [:]
        for (step, parent) in above.enumerated() { below[parent, default: []].append(step) }
        let roots = below[nil] ?? []
        var waiting = roots.reversed().map { Node(step: $0, depth: 0, goesOn: []) }
        var nodes: [Node] = []
        while let node = waiting.popLast() {
            nodes.append(node)
            let children = below[node.step] ?? []
            for (number, child) in children.enumerated().reversed() {
                waiting.append(
                    Node(
                        step: child, depth: node.depth + 1,
                        goesOn: node.goesOn + [number + 1 < children.count]))
            }
        }
        return nodes
    }
}
