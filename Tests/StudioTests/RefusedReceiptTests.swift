import Files
import Foundation
import Provenance
import Studio
import TestLog
import TestSupport
import Testing

/// What speaks against a record is kept beside it, and the path that is told shows it.
@Suite struct RefusedReceiptTests {
    private static let proof = Array("a proof that is false".utf8)

    private let temporary: TemporaryFolder
    private let path: String

    init() throws {
        temporary = try TemporaryFolder()
        path = try temporary.write("record", to: "r.jpg.colophon")
    }

    /// Something else that may have the name that a file is to have.
    enum Occupant: CaseIterable {
        case otherBytes, prefix, empty, folder, danglingLink, link
    }

    private func put(_ occupant: Occupant, at path: String) throws {
        let name = String(path.split(separator: "/").last ?? "")
        try temporary.remove(name)
        switch occupant {
        case .otherBytes: try temporary.write(Self.proof.map { $0 ^ 1 }, to: name)
        case .prefix: try temporary.write(Self.proof.dropLast(), to: name)
        case .empty: try temporary.write("", to: name)
        case .folder:
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
        case .danglingLink:
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: "nothing")
        case .link:
            try temporary.write(Self.proof, to: "elsewhere")
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: "elsewhere")
        }
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        try temporary.bytes(String(path.split(separator: "/").last ?? ""))
    }

    @Test(arguments: Occupant.allCases)
    func aNameThatIsTakenByAnythingElseIsNotToldAsThePlace(_ occupant: Occupant) throws {
        let first = try RefusedReceipt.keep(complete: Self.proof, beside: path)
        #expect(try bytes(first) == Self.proof)
        try put(occupant, at: first)
        let second = try RefusedReceipt.keep(complete: Self.proof, beside: path)
        #expect(second != first)
        #expect(try bytes(second) == Self.proof)
        let names = try temporary.names()
        #expect(try RefusedReceipt.keep(complete: Self.proof, beside: path) == second)
        #expect(try temporary.names() == names)
    }

    @Test func besideOneRecordNoMoreIsKeptThanTheLimit() throws {
        var places: [String] = []
        for number in 0..<RecordFile.refusedLimit {
            let bytes = Self.proof + [UInt8(number)]
            places.append(try RefusedReceipt.keep(complete: bytes, beside: path))
        }
        #expect(Set(places).count == RecordFile.refusedLimit)
        let names = try temporary.names()
        #expect(throws: RecordFileError.manyRefused(path)) {
            try RefusedReceipt.keep(
                complete: Self.proof + [UInt8(RecordFile.refusedLimit)], beside: path)
        }
        #expect(try temporary.names() == names)
        // What a ledger may make without end keeps nothing of another kind out.
        _ = try RefusedReceipt.keep(anchors: [Self.proof], beside: path)
        // One that is there is there, and another record has its own.
        #expect(
            try RefusedReceipt.keep(complete: Self.proof + [0], beside: path) == places[0])
        let other = try temporary.write("record", to: "r.jpg")
        _ = try RefusedReceipt.keep(complete: Self.proof, beside: other)
    }

    /// Each counts what is there and then adds to it: one after the other.
    @Test func commandsThatRunAtOnceKeepNoMoreThanTheLimit() async throws {
        let path = path
        let kept = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<UInt8(2 * RecordFile.refusedLimit) {
                group.addTask {
                    do throws(RecordFileError) {
                        _ = try RefusedReceipt.keep(complete: [number], beside: path)
                        return true
                    } catch .manyRefused {
                        return false
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(kept == RecordFile.refusedLimit)
        #expect(try temporary.names().count == RecordFile.refusedLimit + 1)
    }

    /// A command that was stopped while it had the folder may have it for ever.
    @Test func aFolderThatStaysInUseIsNamedAndNothingIsKept() throws {
        let held = try Folder(temporary.path)
        try held.lock()
        let error = #expect(throws: RecordFileError.self) {
            try RefusedReceipt.keep(
                complete: Self.proof, beside: path, within: .milliseconds(1))
        }
        #expect(error == .unwritable(FileError(temporary.path, .inUse)))
        #expect(try temporary.names() == ["r.jpg.colophon"])
        try held.unlock()
        _ = try RefusedReceipt.keep(complete: Self.proof, beside: path)
    }

    /// Who changes a record has its folder already, and would wait for himself.
    @Test func besideARecordThatIsHeldItIsKeptAtOnce() throws {
        let place = try RecordFile.holding(path, failingBy: { $0 }) {
            hold throws(RecordFileError) in
            try RefusedReceipt.keep(complete: Self.proof, beside: path, under: hold)
        }
        #expect(try bytes(place) == Self.proof)
        // It was the holder's lock, and nobody has it any more.
        try Folder(temporary.path).lock()
    }

    /// The link is held by nobody, and whoever holds the record does not wait long for a second
    /// folder.
    @Test func besideALinkToARecordItsOwnFolderMustBeFree() throws {
        let links = try TemporaryFolder()
        let link = links.path("link.colophon")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        func keep() throws(RecordFileError) -> String {
            try RecordFile.holding(link, failingBy: { $0 }) { hold throws(RecordFileError) in
                try RefusedReceipt.keep(complete: Self.proof, beside: link, under: hold)
            }
        }
        let place = try keep()
        #expect(place.hasPrefix("\(link).refused-"))
        #expect(try temporary.names() == ["r.jpg.colophon"])
        let held = try Folder(links.path)
        try held.lock()
        let error = #expect(throws: RecordFileError.self) { try keep() }
        #expect(error == .unwritable(FileError(links.path, .inUse)))
        try held.unlock()
    }

    /// A receipt whose signature is false says nothing of the ledger, and must not keep out the one
    /// that does.
    @Test func aReceiptOfTheSameHeadWithAnotherSignatureIsAnotherFile() throws {
        let ledger = try IndexedLedger()
        try ledger.add(["photo"])
        let record = try ledger.record(3)
        let receipt = try #require(record.receipts.first)
        var forged = receipt
        forged[forged.count - 1] ^= 1
        var places: [String] = []
        for bytes in [forged, receipt, forged] {
            places += try RefusedReceipt.keep([bytes], of: record.statement, beside: path)
        }
        #expect(places[0] != places[1] && places[0] == places[2])
        #expect(try bytes(places[0]) == forged)
        #expect(try bytes(places[1]) == receipt)
    }
}
