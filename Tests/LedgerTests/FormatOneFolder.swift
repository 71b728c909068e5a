import Encoding
import Foundation
import Keys
import Ledger
import LedgerStore
import Logging
import Provenance
import RocksDB
import TestLedger
import TestSupport

/// A copy of the folder that the last programs of storage format 1 have written
/// (`Tests/Fixtures/format-1`).
final class FormatOneFolder: Sendable {
    /// Number of its entries.
    static let size: UInt64 = 32

    private let folder: TemporaryFolder
    let options: LedgerOptions

    /// The key of the PoP whose issuer is ``LedgerFixture/berlin``.
    let pop: SigningKey

    /// Copies the folder, and makes the files its owner's alone, which Git does not keep.
    init(_ configure: (inout LedgerOptions) -> Void = { _ in }) throws {
        folder = try TemporaryFolder("format")
        let source = URL(filePath: #filePath).appending(path: "../../Fixtures/format-1")
            .standardizedFileURL
        for name in ["ledger", "ledger.keys", "ledger.highwater", "berlin.pem"] {
            try FileManager.default.copyItem(
                at: source.appending(path: name), to: folder.url.appending(path: name))
        }
        try Self.makePrivate(folder.url)
        var options = LedgerOptions(data: folder.path("ledger"))
        configure(&options)
        self.options = options
        pop = try KeyFile.read(privateKeyAt: folder.path("berlin.pem")).key
    }

    /// A copy of the folder as it is at this moment: what a kill -9 leaves.
    init(image: FormatOneFolder) throws {
        folder = try TemporaryFolder("format")
        for name in try image.folder.names() {
            try FileManager.default.copyItem(
                at: image.folder.url.appending(path: name), to: folder.url.appending(path: name))
        }
        options = LedgerOptions(data: folder.path("ledger"))
        pop = image.pop
    }

    private static func makePrivate(_ folder: URL) throws {
        let files = FileManager.default
        for name in try files.subpathsOfDirectory(atPath: folder.path()) {
            let path = folder.appending(path: name).path()
            let kind = try files.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            try files.setAttributes(
                [.posixPermissions: kind == .typeDirectory ? 0o700 : 0o600], ofItemAtPath: path)
        }
    }

    func open(
        _ logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws -> Ledger {
        try Ledger.open(options, logger: logger, clock: { 1_798_000_000 })
    }

    /// The families of the closed folder.
    func families() throws -> Set<String> {
        Set(try Database.listColumnFamilies(path: options.data))
    }

    /// A row of `meta` of the closed folder.
    func meta(_ name: String) throws -> [UInt8]? {
        var settings = DatabaseOptions()
        settings.readOnly = true
        let store = try Database(
            path: options.data, columnFamilies: [ColumnFamilyOptions(name: "meta")],
            options: settings)
        defer { store.close() }
        return try store.get(Array(name.utf8), in: store.columnFamily("meta"))
    }
}
