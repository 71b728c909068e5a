import Encoding
import Files
import Foundation
import Keys
import Merkle
import Provenance
import Studio
import TestSupport
import Testing

/// What is sealed into a spool, and how its records are numbered.
@Suite struct SpoolTests {
    private let bench: SpoolBench

    init() throws {
        bench = try SpoolBench()
    }

    @Test func eachRecordNamesTheOneBeforeIt() throws {
        let spool = try bench.open()
        let sealed = try (0..<3).map { try bench.seal("photo-\($0).jpg", in: spool) }
        #expect(
            sealed.map(\.record.fileName)
                == (0..<3).map { "000000000\($0)-photo-\($0).jpg.colophon" }
        )
        var previous = Hash.zero
        for (number, one) in sealed.enumerated() {
            let chain = try #require(one.signed.statement.chain)
            #expect(chain.id == spool.settings.spool)
            #expect(chain.sequence == UInt64(number))
            #expect(chain.previous == previous)
            previous = one.signed.id.hash
        }
        let found = try spool.records(in: .pending).map { try spool.content(of: $0).bytes }
        #expect(found == sealed.map(\.signed.bytes))
    }

    @Test func whatIsNotSignedUsesNoNumber() throws {
        let spool = try bench.open()
        #expect(throws: SpoolError.notSigned(.creatorMissing)) {
            try spool.seal(name: "x") { _ throws(SignerError) in throw .creatorMissing }
        }
        #expect(try bench.seal("photo.jpg", in: spool).record.number == 0)
    }

    @Test func anotherKeyUsesNoNumber() throws {
        let spool = try bench.open()
        let other = Signer(issuer: SpoolBench.issuer, key: KeyFile.generate(.ed25519))
        #expect(throws: SpoolError.otherKey(spool.settings.key)) {
            try spool.seal(name: "x") { chain throws(SignerError) in
                try other.sign(bench.draft, of: bench.artifact("x"), chain: chain)
            }
        }
        #expect(try bench.seal("photo.jpg", in: spool).record.number == 0)
        #expect(try spool.records(in: .pending).count == 1)
    }

    /// Two tasks seal as two commands would: each opens the spool by itself.
    @Test func whoSealsAtOnceSharesTheNumbers() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    let spool = try bench.open()
                    for number in 0..<10 { try bench.seal("\(task)-\(number)", in: spool) }
                }
            }
            try await group.waitForAll()
        }
        let spool = try bench.open()
        #expect(try spool.records(in: .pending).map(\.number) == Array(0..<40))
        #expect(try SpoolStanding(of: spool).faults == [])
    }

    /// As on a camera's card that takes no file: each run would seal all of it again.
    @Test func aWorkIsSealedOnceThoughItsCopyIsMissing() throws {
        let spool = try bench.open()
        func seal(_ content: String?, in spool: Spool) throws -> SealedRecord {
            let sealed = try bench.seal("photo.jpg", in: spool, besideWork: true, content: content)
            try bench.folder.remove("photo.jpg.colophon")
            return sealed
        }
        let first = try seal("one picture", in: spool).record
        let path = bench.folder.path("photo.jpg.colophon")
        let moved = try spool.move([first], to: .registered)[0]
        for spool in [spool, try bench.open()] {
            #expect(throws: SpoolError.sealed(path, moved)) { try seal("one picture", in: spool) }
        }
        // The card was emptied, and the camera counts from 1 again.
        let second = try seal("another picture", in: spool).record
        #expect(second.number == 1)
        #expect(throws: SpoolError.sealed(path, second)) { try seal("another picture", in: spool) }
        #expect(try seal(nil, in: spool).record.number == 2)
        let adopted = try SpoolAdoption.adopt(bench.path, .newChain)
        #expect(throws: SpoolError.self) { try seal("another picture", in: adopted) }
    }

    // MARK: - After a crash

    /// The record has its name, and the command was killed before the tip went on.
    @Test func aRecordThatWasSealedBeforeAKillKeepsItsNumber() throws {
        let spool = try bench.open()
        try bench.seal("first.jpg", in: spool)
        let tip = try bench.folder.bytes("spool/tip")
        let second = try bench.seal("second.jpg", in: spool)
        try bench.folder.write(tip, to: "spool/tip")
        let events = EventList()
        let again = try Spool(bench.path, for: .writing) { events.append($0) }
        #expect(events.all == [.finished(second.record)])
        let third = try bench.seal("third.jpg", in: again)
        #expect(third.record.number == 2)
        #expect(third.signed.statement.chain?.previous == second.signed.id.hash)
    }

    /// The same, seen by a command that had the spool open before the kill, with the record sent
    /// already.
    @Test func aKillOfAnotherCommandIsSeenWhileTheSpoolIsOpen() throws {
        let (spool, other) = (try bench.open(), try bench.open())
        let tip = try bench.folder.bytes("spool/tip")
        let first = try bench.seal("first.jpg", in: other)
        try spool.move([first.record], to: .submitted)
        try bench.folder.write(tip, to: "spool/tip")
        #expect(try bench.seal("second.jpg", in: spool).record.number == 1)
    }

    @Test func theCopyOfARecordIsWrittenWhereAKillCameBeforeIt() throws {
        let spool = try bench.open()
        let tip = try bench.folder.bytes("spool/tip")
        let sealed = try bench.seal("photo.jpg", in: spool, besideWork: true)
        try bench.folder.remove("photo.jpg.colophon")
        try bench.folder.write(tip, to: "spool/tip")
        _ = try bench.open()
        #expect(try bench.folder.bytes("photo.jpg.colophon") == sealed.signed.bytes)
    }

    @Test func whatIsThereInTheWayOfTheNextNumberIsNamed() throws {
        let spool = try bench.open()
        try bench.seal("first.jpg", in: spool)
        let foreign = bench.path + "/pending/0000000005-first.jpg.colophon"
        try bench.folder.write(
            bench.folder.bytes("spool/pending/0000000000-first.jpg.colophon"),
            to: "spool/pending/0000000005-first.jpg.colophon")
        #expect(throws: SpoolError.broken(foreign, "is not record 1 of this spool")) {
            try bench.open()
        }
    }

    /// A power cut in the middle of a move, and before the tip went on.
    @Test func aRecordWithTwoNamesIsHealed() throws {
        let spool = try bench.open()
        try bench.seal("first.jpg", in: spool)
        let tip = try bench.folder.bytes("spool/tip")
        let record = try bench.seal("second.jpg", in: spool).record
        try bench.folder.write(tip, to: "spool/tip")
        let bytes = try bench.folder.bytes("spool/pending/\(record.fileName)")
        try bench.folder.write(bytes, to: "spool/submitted/\(record.fileName)")
        #expect(try bench.seal("third.jpg", in: bench.open()).record.number == 2)
    }

    /// What blocks the next number keeps nothing from being sent.
    @Test func whatBlocksSealingDoesNotBlockMoving() throws {
        let spool = try bench.open()
        let record = try bench.seal("first.jpg", in: spool).record
        try FileManager.default.createSymbolicLink(
            atPath: bench.folder.path("spool/pending/0000000001-link.colophon"),
            withDestinationPath: "nowhere")
        let path = bench.path + "/pending/0000000001-link.colophon"
        let error = SpoolError.broken(path, FileError(path, .isLink).words)
        #expect(throws: error) { try bench.open() }
        let moving = try Spool(bench.path, for: .moving)
        #expect(try moving.move([record], to: .submitted).first?.state == .submitted)
        #expect(try moving.records(in: .submitted).count == 1)
    }

    /// Taking the records away by hand gives no number back.
    @Test func theTipNeverGoesBack() throws {
        let spool = try bench.open()
        try bench.seal("first.jpg", in: spool)
        try bench.folder.remove("spool/pending/0000000000-first.jpg.colophon")
        #expect(try bench.seal("second.jpg", in: bench.open()).record.number == 1)
        let standing = try SpoolStanding(of: bench.open())
        #expect(standing.faults == [.missing(0...0)])
    }

    @Test func aSpoolWithoutItsTipSealsNothing() throws {
        _ = try bench.open()
        try bench.folder.remove("spool/tip")
        #expect(throws: SpoolError.noTip(bench.path + "/tip")) { try bench.open() }
        try bench.folder.write("7 -\n", to: "spool/tip")
        #expect(throws: SpoolError.noTip(bench.path + "/tip")) { try bench.open() }
        #expect(try SpoolStanding(of: Spool(bench.path, for: .reading)).faults == [.noTip])
    }

    // MARK: - Records on their way

    @Test func recordsMoveTogetherAndNothingIsOverwritten() throws {
        let spool = try bench.open()
        let records = try (0..<3).map { try bench.seal("\($0)", in: spool).record }
        let moved = try spool.move(records, to: .submitted)
        #expect(try spool.records(in: .pending) == [])
        #expect(try spool.records(in: .submitted) == moved)
        try bench.folder.write("x", to: "spool/registered/\(records[0].fileName)")
        let taken = "\(bench.path)/registered/\(records[0].fileName)"
        #expect(throws: SpoolError.taken(taken)) { try spool.move(moved, to: .registered) }
        #expect(try bench.folder.text("spool/registered/\(records[0].fileName)") == "x")
    }

    /// A power cut may leave a record in the folder that it came from as well.
    @Test func aMoveThatWasCutOffIsFinished() throws {
        let spool = try bench.open()
        let record = try bench.seal("photo.jpg", in: spool).record
        let bytes = try bench.folder.bytes("spool/pending/\(record.fileName)")
        try bench.folder.write(bytes, to: "spool/submitted/\(record.fileName)")
        let moved = try spool.move([record], to: .submitted)
        #expect(try spool.records(in: .pending) == [])
        #expect(try bench.folder.bytes("spool/submitted/\(record.fileName)") == bytes)
        // Or as a second name of the one file.
        try FileManager.default.linkItem(
            atPath: bench.folder.path("spool/submitted/\(record.fileName)"),
            toPath: bench.folder.path("spool/registered/\(record.fileName)"))
        try spool.move(moved, to: .registered)
        #expect(try spool.records(in: .submitted) == [])
        #expect(try bench.folder.bytes("spool/registered/\(record.fileName)") == bytes)
    }

    /// Whoever signs or submits all in a folder does not mean the files of a spool in it.
    @Test func aSpoolBelowAFolderIsPassedOver() throws {
        try bench.seal("photo.jpg", in: bench.open())
        let work = try bench.folder.write("pixels", to: "photo.jpg")
        #expect(try FolderWalk.unsignedWorks([bench.folder.path]).works == [work])
        #expect(throws: FolderWalkError.empty(bench.folder.path)) {
            try FolderWalk.records([bench.folder.path])
        }
    }

    @Test func aRefusedRecordHasItsReasonBesideIt() throws {
        let spool = try bench.open()
        let record = try bench.seal("photo.jpg", in: spool).record
        let refused = try spool.refuse(record, "the key is not known")
        #expect(try spool.reason(of: refused) == "the key is not known\n")
        #expect(
            try bench.folder.text("spool/refused/0000000000-photo.jpg.reason")
                == "the key is not known\n")
        #expect(try SpoolStanding(of: spool).faults == [])
    }

    @Test func aRecordThatWasTakenAwayDoesNotComeBack() throws {
        let spool = try bench.open()
        let sealed = try bench.seal("photo.jpg", in: spool)
        try bench.folder.remove("spool/pending/\(sealed.record.fileName)")
        #expect(throws: SpoolError.self) {
            try spool.replace([(sealed.record, sealed.signed.bytes)])
        }
        #expect(try spool.records(in: .pending) == [])
    }

    // MARK: - Names

    /// U+0600 and the "." behind it are one character of a Swift string.
    @Test func aNameThatJoinsWithTheSuffixIsARecords() throws {
        let spool = try bench.open()
        let record = try bench.seal("x", in: spool, as: "ar\u{600}").record
        #expect(try spool.records(in: .pending) == [record])
        #expect(record.name == "ar\u{600}")
        let refused = try spool.refuse(record, "no")
        #expect(try spool.reason(of: refused) == "no\n")
        #expect(try bench.folder.has("spool/refused/0000000000-ar\u{600}.reason"))
        #expect(try SpoolStanding(of: spool).faults == [])
    }

    @Test(
        arguments: [
            ("a/b", "a_b"), ("~1a2b3c4d-x", "_1a2b3c4d-x"), ("", "record"),
            ("\(String(repeating: "é", count: 200))", "\(String(repeating: "é", count: 100))"),
        ] as [(ShownText, ShownText)])
    func namesFitAFileSystem(name: ShownText, kept: ShownText) throws {
        let record = try bench.seal("x", in: bench.open(), as: name.string).record
        #expect(record.fileName == "0000000000-\(kept.string).colophon")
        #expect(record.name == kept.string)
        #expect(record.earlierChain == nil)
    }

    @Test(arguments: [
        "1-photo.colophon", "0000000000.colophon", "0000000000-.colophon", "0000000000-photo",
        "00000000a0-photo.colophon", "0000000000_photo.colophon",
    ])
    func otherNamesAreNoRecords(name: String) {
        #expect(SpoolRecord(name, in: .pending) == nil)
    }
}
