import IndexMap
import Jobs
import Merkle
import Provenance

/// The keys of a copy, made of its entries or kept by an earlier command (index.md §13).
extension IndexCopy {
    /// Why keys that are kept are not used.
    static let wrongKeys = "does not lead to the map of the index head"

    /// Makes the sorted keys of all entries, which have the map of the head; nil where there are
    /// none.
    func sorted(
        keeping kept: KeptKeys?, _ progress: @escaping @Sendable (IndexCopyStep) -> Void
    ) async throws(IndexCopyError) -> SortedKeys? {
        let made = try await working(progress) { try await $0.sorted(of: self, keeping: kept) }
        try require(made?.root ?? .zero)
        return made?.keys
    }

    /// Returns the keys that are kept, with those of newer entries, as far as they lead to the map
    /// of the head; nil where all entries are to be read.
    ///
    /// So keys that are damaged, of another log or of another time cost a reading, and decide
    /// nothing.
    func kept(
        in kept: KeptKeys, _ progress: @escaping @Sendable (IndexCopyStep) -> Void
    ) async throws(IndexCopyError) -> SortedKeys? {
        let (size, map) = (head.head.size, head.head.map)
        do throws(IndexCopyError) {
            let content = try await Self.naming {
                try await OwnThread.run("keys") { _ in try kept.content() }
            }
            guard let content else { return nil }
            if content.cells.size == size, content.cells.map == map {
                let root = try await Self.naming {
                    try await OwnThread.run("keys") { isCancelled in
                        try content.keys.root { !isCancelled() }
                    }
                }
                if root == map { return content.keys }
            } else if content.cells.size < size {
                let made = try await working(progress) {
                    try await $0.sorted(of: self, beginningWith: content, keeping: kept)
                }
                if let made, made.root == map { return made.keys }
            }
            progress(.notUsed(path: kept.path, reason: Self.wrongKeys))
        } catch {
            guard case .work(.damaged(let path, let rule)) = error else { throw error }
            progress(.notUsed(path: path, reason: rule))
        }
        return nil
    }
}
