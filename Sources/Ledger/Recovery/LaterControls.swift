import Encoding
import Files
import LedgerStore
import LogReader
import Manifests
import Provenance

/// Control statements that come back with entries, for the keys that they name: a note key that was
/// handed over after the copy was made signs heads which its own registry does not know.
///
/// Each must be signed by whoever had the right to at its place. Where the entries stand is proven
/// apart from this, and only then are they put back.
enum LaterControls {
    /// Bytes of the file of all control statements: some tens of thousands of them.
    private static let fileByteLimit = 256 << 20

    /// The registry after those of `statements` that follow it without a gap.
    static func registry(
        _ registry: Registry, followedBy statements: [Statement]
    ) -> Registry {
        folding(statements, after: registry).registry
    }

    /// The same, and how many of those that follow were left out: none but where one is not what it
    /// should be, or not there.
    private static func folding(
        _ statements: [Statement], after registry: Registry
    ) -> (registry: Registry, left: Int) {
        var later = registry
        var left = 0
        let following = statements.filter { ($0.chain?.sequence ?? 0) >= registry.sequence }
            .sorted { ($0.chain?.sequence ?? 0) < ($1.chain?.sequence ?? 0) }
        for (place, statement) in following.enumerated() {
            // The same again, as of another file.
            if let sequence = statement.chain?.sequence, sequence < later.sequence { continue }
            // Its index is not known yet; no term of a key depends on it.
            guard statement.chain?.sequence == later.sequence,
                (try? later.apply(statement, at: later.newestIndex + 1)) != nil
            else {
                left = following.count - place
                break
            }
        }
        return (later, left)
    }

    /// The same with the control statements in the folder of an export.
    static func registry(
        _ registry: Registry, followedByExport path: String
    ) throws(LedgerError) -> Registry {
        Self.registry(registry, followedBy: try statements(ofExport: path))
    }

    /// The control statements in the folder of an export, as far as they can be read.
    static func statements(ofExport path: String) throws(LedgerError) -> [Statement] {
        // What cannot be read is no statement that a later key depends on, or its head is refused.
        try read(path)?.statements ?? []
    }

    /// Where the control statements of an export are, for words.
    static func file(ofExport path: String) -> String {
        path.hasSuffix("/")
            ? "\(path)\(StaticLayout.control)" : "\(path)/\(StaticLayout.control)"
    }

    /// Why the file of control statements of an export is not what it should be; nil where nothing
    /// is wrong with it, as far as it can be seen without the entries.
    ///
    /// - Parameter registry: what its statements are to follow, or to begin; nil asks only whether
    ///   it can be read. A file of another ledger is not wrong.
    static func fault(
        ofExport path: String, after registry: Registry? = nil
    ) throws(LedgerError) -> LedgerError? {
        let file = file(ofExport: path)
        guard let (statements, isWhole) = try read(path) else {
            return .missing(
                path: file,
                reason: "is missing: it has the control statements, and without them nobody knows "
                    + "the keys that signed the log")
        }
        guard isWhole else {
            return .damaged(
                path: file,
                reason: "is cut or altered: its first \(statements.count) statements can be read, "
                    + "and nothing behind them")
        }
        guard let registry, statements.first?.id == registry.genesis else { return nil }
        let left = folding(statements, after: registry).left
        guard left > 0 else { return nil }
        return .damaged(
            path: file,
            reason: "is cut or altered: from statement \(statements.count - left) on it does not "
                + "follow from those before")
    }

    /// The control statements in the folder of an export, and whether they are all that its file
    /// holds; nil where there is no such file.
    private static func read(
        _ path: String
    ) throws(LedgerError) -> (statements: [Statement], isWhole: Bool)? {
        let bytes = try LedgerError.files { () throws(FileError) in
            try Folder(path).read(StaticLayout.control, limit: fileByteLimit)
        }
        guard let bytes else { return nil }
        var reader = CBORSequenceReader(itemLimit: Limits.controlStatementBytes)
        reader.append(bytes)
        var statements: [Statement] = []
        do {
            while let item = try reader.next() {
                guard case .bytes(let leaf) = item else { return (statements, false) }
                statements.append(try Statement(leaf: leaf))
            }
        } catch {
            return (statements, false)
        }
        return (statements, reader.isBetweenItems)
    }

    /// The same with the control statements among `.colophon` files.
    static func registry(
        _ registry: Registry, followedByFiles paths: [String]
    ) throws(LedgerError) -> Registry {
        var statements: [Statement] = []
        for path in paths {
            let bytes = try ReturnedEntries.bytes(of: path)
            // Files that hold none are named where their entries are read.
            let file = try? TransparentStatement(bytes)
            guard let statement = file?.statement, statement.controlManifest != nil else {
                continue
            }
            statements.append(statement)
        }
        return Self.registry(registry, followedBy: statements)
    }
}
