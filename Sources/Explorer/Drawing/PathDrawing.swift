import Merkle

/// The path of an entry to the root of its tree as a picture: the root above, the entry below, and
/// on each level the hash that stands beside the way (RFC 9162 §2.1.3).
enum PathDrawing {
    private static let width = 320
    private static let rowHeight = 44
    private static let boxWidth = 86
    private static let boxHeight = 24

    /// Draws the steps from `leaf`; there are 63 at most, one for each level of a tree.
    static func markup(of proof: InclusionProof, from leaf: Hash) -> Markup {
        let steps = proof.steps(from: leaf)
        let height = (steps.count + 1) * rowHeight
        var drawing = SVGDrawing(
            width: width, height: height,
            title: "The path of entry \(proof.leafIndex)",
            description: "Entry \(proof.leafIndex) leads to the root of the tree of "
                + "\(proof.treeSize) entries by \(steps.count) hashes.")
        let middle = width / 2
        func row(_ level: Int) -> Int { height - rowHeight / 2 - level * rowHeight }
        for (level, step) in steps.enumerated() {
            let side = step.isOnRight ? width - boxWidth / 2 - 4 : boxWidth / 2 + 4
            drawing.line((middle, row(level)), (middle, row(level + 1)), "way")
            drawing.line((side, row(level)), (middle, row(level + 1)))
            drawing.box((side, row(level)), width: boxWidth, height: boxHeight, "beside")
            drawing.text(short(step.sibling), at: (side, row(level)))
        }
        for (level, hash) in ([leaf] + steps.map(\.node)).enumerated() {
            let style = level == 0 ? "leaf" : level == steps.count ? "root" : "node"
            drawing.box((middle, row(level)), width: boxWidth, height: boxHeight, style)
            drawing.text(short(hash), at: (middle, row(level)))
        }
        return drawing.markup
    }

    private static func short(_ hash: Hash) -> String {
        String("\(hash)".prefix(8))
    }
}
