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
        var later = registry
        let following = statements.filter { ($0.chain?.sequence ?? 0) >= registry.sequence }
            .sorted { ($0.chain?.sequence ?? 0) < ($1.chain?.sequence ?? 0) }
        for statement in following where statement.chain?.sequence == later.sequence {
            // Its index is not known yet; no term of a key depends on it.
            guard (try? later.apply(statement, at: later.newestIndex + 1)) != nil else { break }
        }
        return later
    }

    /// The same with the control statements in the folder of an export.
    static func registry(
        _ registry: Registry, followedByExport path: String
    ) throws(LedgerError) -> Registry {
        Self.registry(registry, followedBy: try statements(ofExport: path))
    }

    /// The control statements in the folder of an export, as far as they can be read.
    static func statements(ofExport path: String) throws(LedgerError) -> [Statement] {
        let bytes = try LedgerError.files { () throws(FileError) in
            try Folder(path).read(StaticLayout.control, limit: fileByteLimit)
        }
        var reader = CBORSequenceReader(itemLimit: Limits.controlStatementBytes)
        reader.append(bytes ?? [])
        var statements: [Statement] = []
        // What cannot be read is no statement that a later key depends on, or its head is refused.
        while case .bytes(let leaf)? = try? reader.next(),
            let statement = try? Statement(leaf: leaf)
        {
            statements.append(statement)
        }
        return statements
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
