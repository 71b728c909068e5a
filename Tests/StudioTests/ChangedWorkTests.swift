import Files
import Foundation
import Merkle
import Provenance
import Studio
import TestSupport
import Testing

/// A work that is changed while it is read: no record and no answer is about two states of it.
@Suite struct ChangedWorkTests {
    private let folder: TemporaryFolder
    private let path: String

    /// Pictures of as many bytes, and of another look.
    private static let old = TestRaster.waves(64, 64).png()
    private static let new: [UInt8] = {
        let waves = TestRaster.waves(64, 64)
        return TestRaster(64, 64, channels: 3) { x, y, channel in
            waves.byte(y, 63 - x, channel)
        }.png()
    }()

    init() throws {
        folder = try TemporaryFolder()
        path = try folder.write(Self.old, to: "photo.png")
        // Long ago, so that the next change has another time on every file system.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
            ofItemAtPath: path)
    }

    /// Writes another picture over the work, in its place.
    private static func overwrite(_ path: String) {
        do {
            let file = try FileHandle(forUpdating: URL(filePath: path))
            try file.write(contentsOf: new)
            try file.close()
        } catch {
            Issue.record(error)
        }
    }

    /// A program in the decoder's place that writes over the work, and then decodes it.
    private var late: PictureDecoder {
        get throws {
            let real = try Program.url(PictureDecoder.name).path()
            try folder.write(Self.new, to: "new")
            let script = """
                #!/bin/sh
                cat '\(folder.path("new"))' 1<>'\(path)'
                exec '\(real)' "$@"

                """
            return PictureDecoder(
                beside: try folder.write(script, to: PictureDecoder.name, mode: 0o700),
                time: .seconds(60))
        }
    }

    /// The decoder, with as much time: a busy machine starts programs late.
    private var patient: PictureDecoder {
        get throws {
            PictureDecoder(
                beside: try Program.url(PictureDecoder.name).path(), time: .seconds(60))
        }
    }

    private var changed: FileError { FileError(path, .changed) }

    @Test func noRecordHasADigestOfOneFileAndTheLookOfAnother() throws {
        #expect(Self.old.count == Self.new.count && Self.old != Self.new)
        let decoder = try late
        #expect(throws: changed) {
            try Artifact(reading: path, looksInside: true, decoder: decoder)
        }
        let whole = try Artifact(reading: path, looksInside: true, decoder: .ours)
        #expect(whole.digest == .sha256(Self.new))
    }

    /// The look, the time and the credentials are read behind the digest.
    @Test func noRecordIsOfAFileThatWasChangedWhileItWasHashed() throws {
        #expect(throws: changed) {
            try Artifact(reading: path) { _, _ in Self.overwrite(path) }
        }
    }

    @Test func noSearchIsForThePictureOfAFileThatWasChanged() throws {
        let decoder = try late
        #expect(throws: changed) { try decoder.look(at: InputFile(path)) }
    }

    @Test func noRecordIsComparedWithAFileThatWasChanged() throws {
        let record = try TransparentStatement(
            Signer.berlin.sign(.estuary, of: Artifact(reading: path)).bytes)
        #expect(throws: changed) {
            try ComparedFile(reading: path, with: record) { _, _ in Self.overwrite(path) }
        }
        let other = try ComparedFile(reading: path, with: record)
        #expect(other.digest == .sha256(Self.new))
    }

    @Test func noFileThatWasChangedIsSaidToLookLikeTheWork() throws {
        let other = try folder.write(TestRaster.waves(96, 96).png(), to: "other.png")
        let record = try TransparentStatement(
            Signer.berlin.sign(.estuary, of: Artifact(reading: other, decoder: patient)).bytes)
        let decoder = try late
        #expect(throws: changed) {
            try ComparedFile(reading: path, with: record, decoder: decoder)
        }
    }

    /// It is signed once nobody writes to it, and nobody is told of a fault.
    @Test func aWatchedFileThatIsChangedWhileItIsReadWaits() throws {
        let scene = try HotScene()
        let inside = scene.path("photo.png")
        try FileManager.default.copyItem(atPath: path, toPath: inside)
        // The change has another time on every file system.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: inside)
        try folder.write(Self.new, to: "new")
        let real = try Program.url(PictureDecoder.name).path()
        // Only the first time.
        let script = """
            #!/bin/sh
            if mkdir '\(folder.path("once"))'; then
                cat '\(folder.path("new"))' 1<>'\(inside)'
            fi
            exec '\(real)' "$@"

            """
        let decoder = PictureDecoder(
            beside: try folder.write(script, to: PictureDecoder.name, mode: 0o700),
            time: .seconds(60))
        var hot = try scene.open(decoder: decoder)
        try scene.pass(&hot, times: 20)
        #expect(scene.signed == ["photo.png"])
        #expect(scene.skips.isEmpty)
        #expect(try scene.digests(of: "photo.png") == [.sha256(Self.new)])
    }
}
