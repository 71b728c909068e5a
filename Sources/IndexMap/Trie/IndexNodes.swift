internal import Merkle

/// All nodes of a map but its root, each under a number.
///
/// They lie in pages that are made as they are needed, so that growing never copies what is there:
/// 37 bytes a node, and 1 MiB of a page are hashes. A copy of the whole shares all pages, and the
/// first change of one copies that page.
struct IndexNodes: Sendable {
    /// Nodes of a page: their hashes fill 1 MiB.
    private static let pageWidth = 1 << pageShift
    private static let pageShift = 15

    /// A hash, the number of a child, and what the node is of.
    static let bytesPerNode = Hash.byteCount + 4 + 1

    private struct Page {
        var hashes: [Hash]
        var children: [UInt32]
        var codes: [UInt8]

        init() {
            hashes = Array(repeating: .zero, count: pageWidth)
            children = Array(repeating: 0, count: pageWidth)
            codes = Array(repeating: 0, count: pageWidth)
        }
    }

    private var pages: [Page] = []

    /// The number of nodes.
    private(set) var count = 0

    /// Bytes of memory of all pages.
    var byteCount: Int { pages.count * Self.pageWidth * Self.bytesPerNode }

    /// The node under a number below ``count``.
    subscript(_ number: UInt32) -> IndexNode {
        get {
            let (page, place) = (Int(number) >> Self.pageShift, Int(number) & (Self.pageWidth - 1))
            return IndexNode(
                hash: pages[page].hashes[place], child: pages[page].children[place],
                code: pages[page].codes[place])
        }
        set {
            let (page, place) = (Int(number) >> Self.pageShift, Int(number) & (Self.pageWidth - 1))
            pages[page].hashes[place] = newValue.hash
            pages[page].children[place] = newValue.child
            pages[page].codes[place] = newValue.code
        }
    }

    /// Makes room for `count` nodes in all; the new ones are empty.
    mutating func grow(to count: Int) {
        while pages.count * Self.pageWidth < count { pages.append(Page()) }
        self.count = max(self.count, count)
    }
}
