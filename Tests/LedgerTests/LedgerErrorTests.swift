import Files
import Foundation
import Ledger
import LedgerStore
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What programs make of an error follows from its case.
@Suite struct LedgerErrorTests {
    @Test(
        arguments: [
            (.noLedger(path: "a"), .mend), (.exists(path: "a"), .mend), (.inUse(path: "a"), .wait),
            (.formatVersion(found: "2", supported: "1"), .mend),
            (.missing(path: "a", reason: "b"), .mend), (.notOurs(path: "a", reason: "b"), .mend),
            (.unfit(path: "a", reason: "b"), .mend), (.damaged(path: "a", reason: "b"), .mend),
            (.diskFull(path: "a", reason: "b"), .wait),
            (.diskFailing(path: "a", reason: "b"), .wait),
            (.shortage(path: "a", reason: "b"), .wait), (.badRequest("a"), .mend),
            (.oldCopy("a"), .look), (.fork("a"), .look), (.held("a"), .look),
            (.cannotSign("a"), .mend),
            (.corrupt("a"), .look), (.corruptIndex("a"), .look), (.tryAgain("a"), .wait),
            (.closed, .wait), (.cancelled, .wait),
        ] as [(LedgerError, Remedy)])
    func eachCaseHasItsRemedy(error: LedgerError, remedy: Remedy) {
        #expect(error.remedy == remedy)
        #expect(!error.description.contains("\n") && !error.description.hasSuffix("."))
    }

    /// The numbers that commands.md promises.
    @Test func aRemedyIsAnExitCode() {
        #expect(Remedy.allCases.map(\.rawValue) == [1, 2, 3])
        #expect([Remedy.look, .mend, .wait].map(\.rawValue) == [1, 2, 3])
    }

    /// systemd starts the server again for all codes but those that waiting does not change.
    @Test func theServiceIsStartedAgainOnlyWhereWaitingHelps() throws {
        let package = URL(filePath: #filePath).appending(path: "../../..").standardized
        let unit = try String(
            contentsOf: package.appending(
                path: "Tools/dist.d/debian/colophon.colophond.service"), encoding: .utf8)
        let codes = Remedy.allCases.filter { $0 != .wait }.map { "\($0.rawValue)" }
        let line = "RestartPreventExitStatus=\(codes.joined(separator: " "))"
        #expect(unit.split(separator: "\n").contains { $0 == line })
    }

    @Test(
        arguments: [
            (ENOSPC, .diskFull(path: "a", reason: "b")),
            (EDQUOT, .diskFull(path: "a", reason: "b")),
            (EIO, .diskFailing(path: "a", reason: "b")),
            (EROFS, .diskFailing(path: "a", reason: "b")),
            (EMFILE, .shortage(path: "a", reason: "b")),
            (ENOMEM, .shortage(path: "a", reason: "b")), (EACCES, .notOurs(path: "a", reason: "b")),
            (EPERM, .notOurs(path: "a", reason: "b")), (ENOTDIR, .unfit(path: "a", reason: "b")),
        ] as [(Int32, LedgerError)])
    func whatTheSystemSaysDecidesTheCase(code: Int32, expected: LedgerError) {
        #expect(LedgerError(FileError("a", .system(code)), saying: "b") == expected)
    }

    @Test func whatIsWrongWithAFileDecidesTheCase() {
        let cases: [(FileError.Reason, Remedy)] = [
            (.missing, .mend), (.exists, .mend), (.isLink, .mend), (.ownedByAnother(7), .mend),
            (.openToOthers(mode: 0o666), .mend), (.inUse, .wait),
        ]
        for (reason, remedy) in cases {
            #expect(LedgerError(FileError("a", reason)).remedy == remedy, "\(reason)")
        }
        let open = LedgerError(FileError("a", .openToOthers(mode: 0o666)))
        guard case .notOurs = open else {
            Issue.record("\(open)")
            return
        }
        #expect(open.description.contains("chmod go-w it"))
    }
}
