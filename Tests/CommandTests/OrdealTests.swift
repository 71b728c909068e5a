import Foundation
import Testing
import TestSupport

/// A few rounds of what `Tools/crash`, `Tools/faults` and `Tools/powerloss` do by the hundred.
///
/// What this machine does not allow is skipped: tracing, FUSE, mounts.
@Suite(.serialized) struct OrdealTests {
    /// A short name: the path of a control socket has little room.
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "o-\(UUID().uuidString.prefix(8))")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func ordeal(_ arguments: String...) async throws -> Program.Outcome {
        let outcome = try await Program.run(
            "colophon-ordeal", arguments + ["--folder", folder.path()], in: folder)
        // What a broken promise leaves behind says why; its path is in the output.
        if outcome.status == 0 { try FileManager.default.removeItem(at: folder) }
        return outcome
    }

    @Test func aDozenKillsLoseAndContradictNothing() async throws {
        let outcome = try await ordeal("crash", "--rounds", "12")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.words)")
        #expect(outcome.output.contains("every promise held"))
    }

    /// Each row of the tables of index.md §11 and storage.md §14, with `kill -9`.
    @Test func aKillAtEachWriteOfAnIndexLosesAndContradictsNothing() async throws {
        let outcome = try await ordeal("index")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.words)")
        #expect(outcome.output.contains("every promise held"))
    }

    @Test(.enabled(if: Machine.canTrace, "strace is not here, or may not trace"))
    func failedSystemCallsLoseAndContradictNothing() async throws {
        let outcome = try await ordeal("faults", "--few")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.words)")
        #expect(outcome.output.contains("every promise held"))
    }

    @Test(.enabled(if: Machine.canMount, "file systems cannot be mounted here"))
    func aFullDiskOverHTTPStopsWritesAndKeepsReads() async throws {
        let outcome = try await ordeal("faults", "--full-disk")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.words)")
        #expect(outcome.output.contains("503"))
    }

    @Test(.enabled(if: Machine.canRecordDisks, "needs root, gcc, libfuse3-dev and loop devices"))
    func aFewPowerCutsLoseNothing() async throws {
        let outcome = try await ordeal(
            "powerloss", "--images", "12", "--sessions", "3", "--recorder", try await recorder())
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.words)")
        #expect(outcome.output.contains("every promise held: 12 images"))
    }

    /// Without the control the test above could be blind.
    @Test(
        .enabled(
            if: Machine.canRecordDisks && Program.isInstalled("eatmydata"),
            "needs what the test above needs, and eatmydata"))
    func powerCutsOfALedgerThatDoesNotSyncAreFound() async throws {
        let outcome = try await ordeal(
            "powerloss", "--images", "12", "--sessions", "3", "--unsafe", "--recorder",
            try await recorder())
        #expect(outcome.status == 1, "\(outcome.output)\(outcome.words)")
        #expect(outcome.output.contains("as it must be without syncs"))
        try FileManager.default.removeItem(at: folder)
    }

    /// Compiles the recording disk.
    private func recorder() async throws -> String {
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Tools/powerloss.d/recording-disk.c").standardizedFileURL
        let program = folder.appending(path: "recording-disk").path()
        let compiled = try await Program.run(
            "sh",
            [
                "-c",
                "gcc -O2 -Wall -Wextra -o \(program) \(source.path()) "
                    + "$(pkg-config --cflags --libs fuse3)",
            ], in: folder)
        try #require(compiled.status == 0, "\(compiled.words)")
        return program
    }
}

/// What this machine allows.
private enum Machine {
    /// Each is asked once, where the tests begin.
    static let canTrace = Program.succeeds("strace -qq -o /dev/null -f --seccomp-bpf true")

    static let canMount = Program.succeeds(
        "folder=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs $folder && umount $folder; "
            + "status=$?; rmdir $folder; exit $status")

    static let canRecordDisks =
        canMount && Program.isInstalled("gcc") && Program.isInstalled("mkfs.ext4")
        && Program.succeeds(
            "pkg-config --exists fuse3 && test -e /dev/fuse && test -e /dev/loop-control")
}
