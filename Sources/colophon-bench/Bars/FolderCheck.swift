import Encoding
import Processes

/// How fast `fsck` is.
enum FolderCheck {
    /// Leaves that it must check in a second.
    private static let leaves = 200_000.0

    /// Checks the folder of a ledger that was stopped.
    static func bar(_ name: String, of ledger: BenchLedger) throws -> Bar {
        let output = try Child.run(
            Child.sibling("colophond"), ["fsck", "--data", ledger.data, "--json"])
        let line = output.split(separator: "\n").last { $0.hasPrefix("{") } ?? ""
        guard let report = try? JSON.decode(Array(line.utf8)),
            let rate = report["leavesPerSecond"]?.number
        else { throw BenchError("fsck says: \(output)") }
        return Bar(name, "leaves/s", rate, of: leaves, .atLeast)
    }
}
