import Checkpoints
import LedgerStore
import LogReader
import Merkle
import Provenance

/// The log as a copy of it has it, and other copies that stand in where a file of it is damaged.
///
/// Each bundle is proven by the copy's checkpoint, whichever copy it comes from.
struct CopiedLog {
    /// The log as of the copy's checkpoint.
    var tree: LogTree { trees[0] }

    /// The same read from each copy, the one that the checkpoint is of first.
    private let trees: [LogTree]

    /// Takes the checkpoint of `path`, signed by a note key of `registry`.
    ///
    /// Where no key is known that signed it, and the file of control statements beside it is not
    /// whole, that file is named: it would have named the key.
    init(
        _ path: String, beside others: [String], _ registry: Registry
    ) async throws(LedgerError) {
        do throws(LogError) {
            let trust = LogTrust.log(origin: registry.origin.text, keys: registry.noteKeys.terms)
            let tree = try await TiledLog(LogFolder(path: path), trust: trust).newest()
            var trees = [tree]
            for other in others where other != path {
                trees.append(
                    LogTree(
                        tree.signed, tree.verified, source: try LogFolder(path: other),
                        cache: TileCache()))
            }
            self.trees = trees
        } catch .unknownKey(let file) {
            if let fault = try LaterControls.fault(ofExport: path, after: registry) { throw fault }
            throw .unfit(
                path: file.path,
                reason: "is signed by no key that is known here, and "
                    + "\(LaterControls.file(ofExport: path)) names none: one of the two is "
                    + "older, altered or of another log")
        } catch {
            throw ReturnedEntries.refusal(error)
        }
    }

    /// Makes sure that the copies of these folders are of one log: each smaller one is a part of
    /// the next larger one.
    ///
    /// A copy whose tiles are damaged cannot be compared here: its entries are held to all heads
    /// where they come back.
    static func requireOneLog(
        of paths: [String], _ registry: Registry
    ) async throws(LedgerError) {
        var copies: [(path: String, tree: LogTree)] = []
        for path in paths {
            copies.append((path, try await CopiedLog(path, beside: [], registry).tree))
        }
        copies.sort { $0.tree.size < $1.tree.size }
        for (smaller, larger) in zip(copies, copies.dropFirst()) {
            do throws(LogError) {
                try await larger.tree.requireExtends(smaller.tree.checkpoint)
            } catch .fork {
                throw .fork(
                    "\(smaller.path) and \(larger.path): one does not go on from the other, and "
                        + "this ledger's key has signed both; nothing was put back; this is the "
                        + "fork of a log, and must be looked into")
            } catch {
                guard error.isOfFile || error.meaning == .unreadable else {
                    throw ReturnedEntries.refusal(error)
                }
            }
        }
    }

    /// Returns the entries of a bundle, proven, from the first copy that has them.
    func provenLeaves(ofBundle bundle: UInt64) async throws(LedgerError) -> [[UInt8]] {
        try await leaves(ofBundle: bundle, orElse: [])
    }

    /// Returns the entries of a bundle, from the first copy that has them.
    ///
    /// A damaged tile keeps no entry back: what only it could prove is returned as it is, and the
    /// caller compares the root.
    func leaves(ofBundle bundle: UInt64) async throws(LedgerError) -> [[UInt8]] {
        try await leaves(ofBundle: bundle, orElse: trees)
    }

    private func leaves(
        ofBundle bundle: UInt64, orElse unproven: [LogTree]
    ) async throws(LedgerError) -> [[UInt8]] {
        var failures: [LogError] = []
        for tree in trees {
            do throws(LogError) {
                return try await tree.mendedLeaves(ofBundle: bundle)
            } catch {
                guard error.isOfFile || error.meaning == .unreadable else {
                    throw ReturnedEntries.refusal(error)
                }
                failures.append(error)
            }
        }
        for (tree, failure) in zip(unproven, failures) where failure.isOfTile {
            do throws(LogError) {
                return try await tree.uncheckedLeaves(ofBundle: bundle)
            } catch {
                failures.append(error)
            }
        }
        // The first copy's own bundle, where that is what is wrong.
        let failure = failures.first { $0.isOfBundle } ?? failures[0]
        throw refusal(failure, bundle)
    }

    /// Says which entries are kept back by a file, and what there is to do.
    private func refusal(_ error: LogError, _ bundle: UInt64) -> LedgerError {
        let first = bundle * UInt64(TileID.width)
        let kept = NamedEntries(first..<min(tree.size, first + UInt64(TileID.width)))
        let why =
            error.isOfTile
            ? ": without it nothing proves \(kept)"
            : ": \(kept.are) in it, and no later entry comes back before"
        let rest = "\(why); mend the copy, or name another one beside it"
        switch ReturnedEntries.refusal(error) {
        case .damaged(let path, let reason): return .damaged(path: path, reason: reason + rest)
        case .missing(let path, let reason): return .missing(path: path, reason: reason + rest)
        case .unfit(let path, let reason): return .damaged(path: path, reason: reason + rest)
        case .notOurs(let path, let reason): return .notOurs(path: path, reason: reason + rest)
        case .diskFailing(let path, let reason):
            return .diskFailing(path: path, reason: reason + rest)
        case let other: return other
        }
    }
}

extension LogError {
    /// Whether it is about a tile of hashes.
    fileprivate var isOfTile: Bool {
        if case .tile = file?.part { true } else { false }
    }

    /// Whether it is about a bundle of entries.
    fileprivate var isOfBundle: Bool {
        if case .bundle = file?.part { true } else { false }
    }
}
