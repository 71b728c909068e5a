import Encoding
import Files
import Foundation
import Keys
import Merkle
import Provenance
import Studio
import Synchronization
import TestSupport
import Testing

/// Whether this machine tells who has a file open to write.
private let knowsWriters: Bool = {
    guard let folder = try? TemporaryFolder(), (try? folder.write("x", to: "a")) != nil,
        let file = try? Folder(folder.path).file("a")
    else { return false }
    return file.hasWriter() == false
}()

/// What a hot folder signs, and what it does not; time is passed in, and so are notices.
@Suite struct HotFolderTests {
    private let scene: HotScene

    init() throws {
        scene = try HotScene()
    }

    // MARK: - Signing

    @Test func aFileThatIsCompleteIsSignedOnce() throws {
        try scene.drop("photo.jpg", "light")
        var hot = try scene.open()
        try scene.pass(&hot, times: 6)
        #expect(scene.signed == ["photo.jpg"])
        #expect(try scene.pendingNames() == ["0000000000-photo.jpg.colophon"])
        let copy = try RecordFile(scene.path("photo.jpg.colophon")).content.statement
        #expect(copy.subjectDigests == [.sha256(Array("light".utf8))])
        #expect(copy.chain?.sequence == 0)
    }

    @Test func whatWasThereBeforeIsSignedInTheOrderOfItsNames() throws {
        for name in ["b.jpg", "a.jpg", "c.jpg"] { try scene.drop(name, name) }
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["a.jpg", "b.jpg", "c.jpg"])
    }

    @Test func filesInFoldersBelowAreSigned() throws {
        try scene.makeFolder("DCIM/100")
        try scene.drop("DCIM/100/one.jpg", "1")
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["DCIM/100/one.jpg"])
    }

    @Test func theTemplateSaysWhatTheRecordSays() throws {
        let template = try WatchTemplate(
            [
                "creator": "Bo Example", "title": "Estuary, {name}", "lang": "de",
                "record": "From {file}.", "event": "publish",
            ])
        try scene.drop("low water.tif", "x")
        var hot = try scene.open(template)
        try scene.pass(&hot, times: 3)
        let predicate = try scene.predicate(of: "low water.tif")
        #expect(predicate["creator"] == ["name": "Bo Example"])
        #expect(
            predicate["record"]
                == ["lang": "de", "title": "Estuary, low water", "text": "From low water.tif."])
        #expect(predicate["event"] == "publish")
    }

    @Test func aThousandFilesAtOnceAreSignedOnceEach() throws {
        // Each has eight syncs, which take a minute of a disk.
        let scene = try HotScene(in: TemporaryFolder.memory)
        for number in 0..<1_000 { try scene.drop("\(number).jpg", "\(number)") }
        var hot = try scene.open()
        try scene.pass(&hot, times: 4)
        #expect(Set(scene.signed).count == 1_000)
        #expect(scene.signed.count == 1_000)
        #expect(try scene.pendingNames().count == 1_000)
    }

    /// Fewer may wait than there are: all are signed in the end.
    @Test func filesBeyondTheLimitAreFoundLater() throws {
        for number in 0..<10 { try scene.drop("\(number).jpg", "\(number)") }
        var hot = try scene.open(limit: 4)
        try scene.pass(&hot, times: 12)
        #expect(Set(scene.signed).count == 10)
        #expect(scene.overfullCount == 1)
    }

    // MARK: - Waiting

    @Test func aFileThatGrowsWaitsUntilItDoesNot() throws {
        try scene.drop("scan.tif", "1")
        var hot = try scene.open()
        for length in 2..<6 {
            try scene.pass(&hot, times: 1)
            try scene.drop("scan.tif", String(repeating: "1", count: length))
        }
        #expect(scene.signed == [])
        try scene.pass(&hot, times: 5)
        #expect(scene.signed == ["scan.tif"])
        #expect(
            try scene.digests(of: "scan.tif") == [.sha256(Array("11111".utf8))])
    }

    /// A camera that pauses for longer than the settle time has the file open.
    @Test func aFileThatSomebodyWritesToWaitsUntilItIsClosed() throws {
        var hot = try scene.open()
        try scene.pass(&hot, times: 1)
        try scene.drop("film.mp4", "half")
        scene.notices.tell(.created("film.mp4"), .written("film.mp4"))
        try scene.pass(&hot, times: 20)
        #expect(scene.signed == [])
        try scene.drop("film.mp4", "half and half")
        scene.notices.tell(.completed("film.mp4"))
        try scene.pass(&hot, times: 3)
        #expect(try scene.digests(of: "film.mp4") == [.sha256(Array("half and half".utf8))])
    }

    /// The writer was there before the watch, and pauses for longer than the settle time.
    @Test(.enabled(if: knowsWriters, "this file system does not tell who writes"))
    func aFileThatWasOpenBeforeTheWatchWaitsUntilItIsClosed() throws {
        try scene.drop("slow.jpg", "half")
        let writer = try #require(FileHandle(forWritingAtPath: scene.path("slow.jpg")))
        let other = try #require(FileHandle(forWritingAtPath: scene.path("slow.jpg")))
        var hot = try scene.open()
        try scene.pass(&hot, times: 20)
        #expect(scene.signed == [])
        // One of two who write is done.
        try other.close()
        scene.notices.tell(.completed("slow.jpg"))
        try scene.pass(&hot, times: 20)
        #expect(scene.signed == [])
        try writer.close()
        scene.notices.tell(.completed("slow.jpg"))
        try scene.pass(&hot, times: 5)
        #expect(scene.signed == ["slow.jpg"])
    }

    /// The end of a write may be among what was lost.
    @Test func noticesThatWereLostMakeItLookAtAll() throws {
        var hot = try scene.open()
        try scene.pass(&hot, times: 1)
        try scene.drop("one.jpg", "1")
        scene.notices.tell(.created("one.jpg"), .written("one.jpg"))
        try scene.drop("two.jpg", "2")
        scene.notices.tell(.lookAgain(lost: true))
        try scene.pass(&hot, times: 5)
        #expect(Set(scene.signed) == ["one.jpg", "two.jpg"])
    }

    /// With notices all is looked at once a minute, and a notice makes it sooner.
    @Test func aFileIsSignedOnANoticeAlone() throws {
        var hot = try scene.open()
        try scene.pass(&hot, times: 1)
        try scene.drop("photo.jpg", "light")
        try scene.pass(&hot, times: 5)
        #expect(scene.signed == [])
        scene.notices.tell(.completed("photo.jpg"))
        try scene.pass(&hot, times: 2)
        #expect(scene.signed == ["photo.jpg"])
    }

    @Test func whereNobodyTellsAllIsLookedAt() throws {
        scene.notices.isDeaf = true
        var hot = try scene.open()
        try scene.pass(&hot, times: 1)
        try scene.drop("photo.jpg", "light")
        try scene.pass(&hot, times: 4)
        #expect(scene.signed == ["photo.jpg"])
    }

    @Test(arguments: [
        ".hidden.jpg", "photo.jpg.part", "photo.jpg.tmp", "PHOTO.PART", "x.crdownload", "x~",
        "other.colophon",
    ])
    func aNameThatIsNotFinishedIsPassedOver(name: String) throws {
        try scene.drop(name, "light")
        var hot = try scene.open()
        scene.notices.tell(.completed(Text(name)))
        try scene.pass(&hot, times: 5)
        #expect(scene.signed == [])
        #expect(scene.skips.isEmpty)
        guard name.hasPrefix("photo") else { return }
        try FileManager.default.moveItem(
            atPath: scene.path(name), toPath: scene.path("photo.jpg"))
        scene.notices.tell(.removed(Text(name)), .completed("photo.jpg"))
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["photo.jpg"])
    }

    /// A scalar that joins with the one behind it: with the dot of `.colophon` too.
    @Test func aNameThatJoinsWithItsEndingIsSignedOnce() throws {
        try scene.drop("ar\u{0600}", "light")
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        scene.notices.tell(.completed("ar\u{0600}.colophon"), .lookAgain(lost: false))
        try scene.pass(&hot, times: 5)
        #expect(scene.signed == ["ar\u{0600}"])
        #expect(try scene.pendingNames().count == 1)
    }

    @Test func theClockIsAskedForEachFile() throws {
        try scene.drop("photo.jpg", "light")
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        let ext = try scene.predicate(of: "photo.jpg")["ext"]?.object
        #expect(ext?["popClock"] == ["source": "chrony", "uncertaintySeconds": 9])
        #expect(scene.clocks == [HotScene.clock])
    }

    // MARK: - Once

    @Test func theSameBytesUnderAnotherNameAreNotSignedAgain() throws {
        try scene.drop("photo.jpg", "light")
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        try scene.drop("copy.jpg", "light")
        scene.notices.tell(.completed("copy.jpg"))
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["photo.jpg"])
        #expect(scene.skips.map(\.reason) == [.signed(number: 0)])
    }

    @Test func aRestartSignsNothingTwice() throws {
        try scene.drop("photo.jpg", "light")
        do {
            var hot = try scene.open()
            try scene.pass(&hot, times: 3)
        }
        // Without its record beside it, only the spool knows.
        try scene.remove("photo.jpg.colophon")
        var again = try scene.open()
        try scene.pass(&again, times: 3)
        #expect(scene.signed == ["photo.jpg"])
        #expect(scene.skips.map(\.reason) == [.signed(number: 0)])
    }

    /// The list of what was signed is behind where a kill came between record and line.
    @Test func aKillBeforeTheLineIsMadeGoodByTheRecord() throws {
        try scene.drop("photo.jpg", "light")
        do {
            var hot = try scene.open()
            try scene.pass(&hot, times: 3)
        }
        try scene.remove("photo.jpg.colophon")
        try Data().write(to: scene.bench.folder.url("spool/watch/signed"))
        var again = try scene.open()
        try scene.pass(&again, times: 3)
        #expect(scene.signed == ["photo.jpg"])
        #expect(try scene.bench.folder.text("spool/watch/signed").split(separator: "\n").count == 1)
    }

    @Test func aHalfLineIsTakenOff() throws {
        try scene.drop("photo.jpg", "light")
        do {
            var hot = try scene.open()
            try scene.pass(&hot, times: 3)
        }
        let line = try scene.bench.folder.text("spool/watch/signed")
        try Data((line + line.prefix(20)).utf8).write(
            to: scene.bench.folder.url("spool/watch/signed"))
        _ = try scene.open()
        #expect(try scene.bench.folder.text("spool/watch/signed") == line)
    }

    @Test func aListThatIsDamagedIsNotFollowed() throws {
        do { _ = try scene.open() }
        let path = scene.bench.folder.path("spool/watch/signed")
        try Data((String(repeating: "x", count: 84) + "\n").utf8).write(to: URL(filePath: path))
        #expect(throws: HotFolderError.damagedMemory(path)) { try scene.open() }
    }

    @Test func whatWasPrunedIsRemembered() throws {
        try scene.drop("photo.jpg", "light")
        do {
            var hot = try scene.open()
            try scene.pass(&hot, times: 3)
        }
        try scene.remove("photo.jpg.colophon")
        try FileManager.default.removeItem(
            atPath: scene.bench.path + "/pending/0000000000-photo.jpg.colophon")
        var again = try scene.open()
        try scene.pass(&again, times: 3)
        #expect(scene.signed == ["photo.jpg"])
    }

    @Test func whatAnotherCommandSealsMeanwhileIsKnown() throws {
        var hot = try scene.open()
        try scene.pass(&hot, times: 1)
        try scene.bench.seal("light", in: scene.bench.open())
        try scene.drop("photo.jpg", "light")
        scene.notices.tell(.completed("photo.jpg"))
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == [])
        #expect(scene.skips.map(\.reason) == [.signed(number: 0)])
    }

    /// The clock is asked between the look at what is signed and the spool's lock.
    @Test func whatAnotherCommandSealsInTheSameMomentIsNotSignedAgain() throws {
        try scene.drop("photo.jpg", "light")
        let bench = scene.bench
        let isSealed = Mutex(false)
        var hot = try scene.open(clock: {
            let isFirst = isSealed.withLock { isSealed in
                defer { isSealed = true }
                return !isSealed
            }
            if isFirst {
                #expect(throws: Never.self) { try bench.seal("light", in: bench.open()) }
            }
            return HotScene.clock
        })
        try scene.pass(&hot, times: 8)
        #expect(scene.signed == [])
        #expect(scene.skips.map(\.reason) == [.signed(number: 0)])
        #expect(try scene.pendingNames().count == 1)
    }

    @Test func aSecondWatchOfOneSpoolIsRefused() throws {
        let first = try scene.open()
        #expect(throws: HotFolderError.inUse(scene.bench.path)) { try scene.open() }
        withExtendedLifetime(first) {}
    }

    // MARK: - Skipping

    @Test func whatIsNoOrdinaryFileIsSkippedAndNamed() throws {
        try FileManager.default.createSymbolicLink(
            atPath: scene.path("link.jpg"), withDestinationPath: "/etc/passwd")
        let made = unsafe mkfifo(scene.path("pipe"), 0o600)
        #expect(made == 0)
        scene.notices.tell(.created("pipe"), .created("link.jpg"))
        try scene.drop("empty.jpg", "")
        var hot = try scene.open()
        try scene.pass(&hot, times: 6)
        #expect(scene.signed == [])
        let told = Set(scene.skips.map { "\($0.name): \($0.reason)" })
        #expect(
            told == [
                "link.jpg: is a link, not an ordinary file",
                "pipe: is a pipe, not an ordinary file", "empty.jpg: is empty",
            ])
    }

    @Test func anEmptyFileIsSignedWhenItGrows() throws {
        try scene.drop("scan.tif", "")
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        try scene.drop("scan.tif", "light")
        scene.notices.tell(.written("scan.tif"), .completed("scan.tif"))
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["scan.tif"])
    }

    @Test func aNameThatIsNoTextIsSkipped() throws {
        let name = NativeText.spelled([0x61, 0xFF])
        try Folder(scene.path).write([1], to: name, .new(.secret))
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        #expect(scene.skips.map(\.reason) == [.nameIsNoText])
    }

    @Test func aFileThatIsNotItsRecordsAnyMoreIsTold() throws {
        try scene.drop("photo.jpg", "light")
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        try scene.drop("photo.jpg", "more light")
        scene.notices.tell(.completed("photo.jpg"))
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["photo.jpg"])
        #expect(scene.skips.map(\.reason) == [.changedSinceRecord])
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func whatCannotBeReadIsTriedAgain() throws {
        try scene.drop("photo.jpg", "light")
        try scene.bench.folder.setPermissions(0, "in/photo.jpg")
        var hot = try scene.open()
        try scene.pass(&hot, times: 5)
        #expect(scene.skips.count == 1)
        #expect(scene.skips.first?.reason.passes == true)
        try scene.bench.folder.setPermissions(0o600, "in/photo.jpg")
        try scene.pass(&hot, times: 600)
        #expect(scene.signed == ["photo.jpg"])
    }

    @Test func foldersBeyondTheDepthAreNamed() throws {
        try scene.makeFolder("1/2/3/4/5/6/7/8/9")
        try scene.drop("1/2/3/4/5/6/7/ok.jpg", "ok")
        try scene.drop("1/2/3/4/5/6/7/8/deep.jpg", "deep")
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["1/2/3/4/5/6/7/ok.jpg"])
        #expect(scene.skips.map(\.reason) == [.tooDeep(limit: 8)])
    }

    @Test func anotherSpoolBelowIsLeftAlone() throws {
        try scene.makeFolder("other/pending")
        try scene.drop("other/spool.json", "{}")
        try scene.drop("other/tip", "0 -")
        try scene.drop("photo.jpg", "light")
        var hot = try scene.open()
        scene.notices.tell(.completed("other/tip"), .completed("other/pending/x"))
        try scene.drop("other/pending/x", "x")
        try scene.pass(&hot, times: 5)
        #expect(scene.signed == ["photo.jpg"])
        #expect(Set(scene.skips.map(\.reason)) == [.spool])
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func aFolderThatIsClosedClosesNoOther() throws {
        try scene.makeFolder("closed")
        try scene.bench.folder.setPermissions(0, "in/closed")
        defer { try? scene.bench.folder.setPermissions(0o700, "in/closed") }
        try scene.drop("photo.jpg", "light")
        var hot = try scene.open()
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["photo.jpg"])
        #expect(scene.skips.map(\.name) == ["closed"])
        #expect(scene.skips.first?.reason.passes == true)
    }

    @Test func theSpoolItselfIsNoHotFolder() throws {
        for path in [scene.bench.folder.path, scene.bench.path, scene.bench.path + "/watch"] {
            #expect(throws: HotFolderError.self) { try scene.open(at: path) }
        }
    }

    @Test func aFolderThatWasReplacedEndsTheWatch() throws {
        var hot = try scene.open()
        try scene.pass(&hot, times: 1)
        try FileManager.default.moveItem(
            atPath: scene.path, toPath: scene.bench.folder.path("away"))
        try scene.bench.folder.makeFolder("in")
        #expect(throws: HotFolderError.replaced(scene.path)) { try scene.pass(&hot, times: 1) }
    }

    // MARK: - Numbered copies

    @Test func copiesGetTheNumbersOfTheirNames() throws {
        for name in ["estuary-07.tif", "estuary-51.tif", "estuary-8 (1).tif", "x.tif"] {
            try scene.drop(name, name)
        }
        var hot = try scene.open(scene.edition)
        try scene.pass(&hot, times: 3)
        #expect(scene.signed == ["estuary-07.tif"])
        #expect(
            try scene.predicate(of: "estuary-07.tif")["edition"]
                == ["drop": "https://drops.example/estuary", "serial": 7, "total": 50])
        #expect(scene.skips.count == 3)
    }

    /// Two prints of one number are what nobody may sell: a person has to look.
    @Test func aSecondFileForOneCopyIsSkippedAlsoAfterARestart() throws {
        try scene.drop("estuary-07.tif", "print")
        do {
            var hot = try scene.open(scene.edition)
            try scene.pass(&hot, times: 3)
        }
        // What was pruned is remembered.
        try FileManager.default.removeItem(
            atPath: scene.bench.path + "/pending/0000000000-estuary-07.tif.colophon")
        try scene.drop("estuary-7.tif", "other print")
        var again = try scene.open(scene.edition)
        try scene.pass(&again, times: 3)
        #expect(scene.signed == ["estuary-07.tif"])
        #expect(scene.skips.map(\.reason) == [.sameCopy(serial: 7)])
    }
}
