import Files
import Provenance
import Studio

/// The heads that `--from` and `--to` name, and the folder that `--from` names.
struct NamedHeads {
    /// The folder with a copy of the log; nil where none is named.
    let folder: String?

    /// The older head; nil where none is named.
    let from: SavedHead?

    /// The newer head; nil where none is named.
    let to: SavedHead?

    /// Tells sizes, files and folders apart.
    init(_ from: [String], to: String?, isAnyLog: Bool) throws(Failure) {
        var folders: [String] = []
        var heads: [String] = []
        for name in from {
            try Network.requireFolder(name)
            try Self.isFolder(name) ? folders.append(name) : heads.append(name)
        }
        guard folders.count < 2 else { throw .usage("--from names two folders") }
        guard heads.count < 2 else { throw .usage("--from names two heads; --to names the newer") }
        folder = folders.first
        self.from = try heads.first.map { name throws(Failure) in
            try SavedHead(name, isAnyLog: isAnyLog)
        }
        self.to = try to.map { name throws(Failure) in try SavedHead(name, isAnyLog: isAnyLog) }
    }

    private static func isFolder(_ name: String) throws(Failure) -> Bool {
        do throws(FileError) {
            return try NamedPath.status(name)?.kind == .folder
        } catch {
            throw Failure(reading: error)
        }
    }
}

/// Has a log prove that it has only grown.
struct GrowthProofs {
    private let desk: LogDesk
    private let heads: NamedHeads

    init(_ desk: LogDesk, _ heads: NamedHeads) {
        self.desk = desk
        self.heads = heads
    }

    /// Returns the proof, with its receipt where one is asked for.
    func proof(asReceipt: Bool) async throws(Failure) -> ShownProof {
        let to = heads.to ?? .newest
        let from = heads.from ?? .newest
        let (growth, receipt) = try await desk.with {
            log throws(ProvingError) -> (ProvenLogGrowth, [UInt8]?) in
            let old = try await log.head(from.name)
            let new = try await log.head(to.name)
            let growth = try await log.grow(from: old, to: new)
            guard asReceipt else { return (growth, nil) }
            return (growth, try await log.receipt(of: growth, lentBy: to.record))
        }
        return .growth(growth, receipt: receipt)
    }
}
