import Foundation
import Studio
import TestSupport
import Testing

/// What a killed command left goes with the next one that has the lock; what may be in use stays.
@Suite struct LeftTemporariesTests {
    private static let old = Date.now.addingTimeInterval(-3600)

    private let bench: SpoolBench

    init() throws { bench = try SpoolBench() }

    /// Makes a file as a kill leaves it.
    private func leave(_ name: String, at time: Date = old) throws {
        try bench.folder.write("part of a file", to: name)
        try FileManager.default.setAttributes(
            [.modificationDate: time], ofItemAtPath: bench.folder.path(name))
    }

    @Test func aSpoolsOwnFolderIsCleanedOfOldOnes() throws {
        let name = ".colophon-0123456789abcdef.tmp"
        let fresh = ".colophon-fedcba9876543210.tmp"
        try leave("spool/\(name)")
        try leave("spool/\(fresh)", at: .now)
        try leave("spool/colophon.tmp")
        _ = try bench.open()
        #expect(try !bench.folder.has("spool/\(name)"))
        #expect(try bench.folder.has("spool/\(fresh)"))
        #expect(try bench.folder.has("spool/colophon.tmp"))
    }

    @Test func theFolderOfAWorkIsCleanedOfOldOnes() throws {
        let name = ".colophon-0123456789abcdef.tmp"
        let fresh = ".colophon-fedcba9876543210.tmp"
        try leave(name)
        try leave(fresh, at: .now)
        try leave("notes.tmp")
        try RecordFile.holding(
            bench.folder.path("photo.jpg.colophon"), failingBy: { $0 }
        ) { () throws(RecordFileError) in }
        #expect(try !bench.folder.has(name))
        #expect(try bench.folder.has(fresh) && bench.folder.has("notes.tmp"))
    }
}
