package import IndexMap
import Jobs
import Merkle
package import Provenance
import Synchronization

/// The sorted keys of a copy, found to have the map of its index head: they give the proof of any
/// name (index.md §13).
///
/// All entries are read once at the most, however many names are asked about: what is in memory
/// does not grow with the copy. Keys that an earlier command has kept decide nothing, neither a
/// proof nor a finding: where a look at them does not lead to the map of the head, the keys are
/// made anew from all entries.
package final class CopiedIndex: Sendable {
    private struct State {
        /// The keys; nil where no entry has one.
        var keys: SortedKeys?

        /// Whether this command has made them of all entries.
        var areMade: Bool

        /// Why they cannot be made: each question after it ends by that, and reads nothing.
        var failure: IndexCopyError?

        /// The newest lists that were proven: the records of one shoot ask about one thread.
        var lists: [(positions: Range<UInt64>, proof: IndexProof)] = []
    }

    /// Lists that are remembered: of one page 40 KB each, and of all pages half a megabyte.
    private static let listLimit = 16

    /// The copy of which the keys are.
    package let copy: IndexCopy

    private let kept: KeptKeys?
    private let progress: @Sendable (IndexCopyStep) -> Void
    private let state: Mutex<State>

    private init(
        of copy: IndexCopy, _ kept: KeptKeys?, _ state: State,
        _ progress: @escaping @Sendable (IndexCopyStep) -> Void
    ) {
        (self.copy, self.kept, self.progress) = (copy, kept, progress)
        self.state = Mutex(state)
    }

    /// Sorts the keys of a copy, or opens those that are kept.
    ///
    /// Throws where the entries do not have the map that the head says.
    ///
    /// - Parameter cache: the path of a folder that keeps the sorted keys (``KeptKeys``), made
    ///   where it is missing; nil where temporary files have them, 40 bytes a key.
    package static func open(
        _ copy: IndexCopy, keepingKeysIn cache: String? = nil,
        progress: @escaping @Sendable (_ step: IndexCopyStep) -> Void = { _ in }
    ) async throws(IndexCopyError) -> CopiedIndex {
        guard let cache else {
            let keys = try await copy.sorted(keeping: nil, progress)
            return CopiedIndex(of: copy, nil, State(keys: keys, areMade: true), progress)
        }
        let kept = try KeptKeys(cache)
        if let keys = try await copy.kept(in: kept, progress) {
            return CopiedIndex(of: copy, kept, State(keys: keys, areMade: false), progress)
        }
        let keys = try await copy.sorted(keeping: kept, progress)
        return CopiedIndex(of: copy, kept, State(keys: keys, areMade: true), progress)
    }

    /// Makes the proof of some names, 1 to 8 and none twice, of long lists the entries from
    /// position `start` on.
    ///
    /// One question at a time: two might make the keys anew at once.
    ///
    /// - Parameter pages: pages of a list at the most, 1 to ``IndexProof/maximumPages``.
    package func proof(
        of names: [IndexName], from start: UInt64 = 0, pages: Int = IndexProof.maximumPages
    ) async throws(IndexCopyError) -> CompleteProof {
        let positions = IndexCopy.positions(from: start, pages: pages)
        var proofs: [IndexProof] = []
        for name in names { proofs.append(try await proof(of: name, positions)) }
        return copy.proof(with: proofs)
    }

    private func proof(
        of name: IndexName, _ positions: Range<UInt64>
    ) async throws(IndexCopyError) -> IndexProof {
        let known = state.withLock { state in
            state.lists.first { $0.proof.name == name && $0.positions == positions }?.proof
        }
        if let known { return known }
        let proof = try await look(for: name, positions)
        if case .list(name.key, _, _) = proof.end {
            state.withLock { state in
                if state.lists.count == Self.listLimit { state.lists.removeFirst() }
                state.lists.append((positions, proof))
            }
        }
        return proof
    }

    /// Looks for a name among the keys; makes them anew where those that are kept are not right.
    private func look(
        for name: IndexName, _ positions: Range<UInt64>
    ) async throws(IndexCopyError) -> IndexProof {
        let (keys, areMade, failure) = state.withLock { ($0.keys, $0.areMade, $0.failure) }
        if let failure { throw failure }
        let reason: (path: String, rule: String)
        do throws(IndexCopyError) {
            if let proof = try await Self.look(for: name, positions, in: keys, of: copy) {
                return proof
            }
            reason = (kept?.path ?? keys?.run.name ?? "", IndexCopy.wrongKeys)
        } catch {
            guard case .work(.damaged(let path, let rule)) = error else { throw error }
            reason = (path, rule)
        }
        guard !areMade else { throw .work(.damaged(path: reason.path, rule: reason.rule)) }
        progress(.notUsed(path: reason.path, reason: reason.rule))
        do throws(IndexCopyError) {
            let made = try await copy.sorted(keeping: kept, progress)
            state.withLock { ($0.keys, $0.areMade) = (made, true) }
        } catch {
            state.withLock { $0.failure = error }
            throw error
        }
        return try await look(for: name, positions)
    }

    /// Makes the proof of a name; nil where it leads to another map than that of the head.
    private static func look(
        for name: IndexName, _ positions: Range<UInt64>, in keys: SortedKeys?, of copy: IndexCopy
    ) async throws(IndexCopyError) -> IndexProof? {
        guard let keys else {
            var pass = IndexProofPass(of: name, positions: positions)
            return pass.finish().proof
        }
        let map = copy.head.head.map
        return try await IndexCopy.naming {
            try await OwnThread.run("proof") { isCancelled in
                let made = try keys.proof(of: name, positions) { !isCancelled() }
                return made.root == map ? made.proof : nil
            }
        }
    }
}
