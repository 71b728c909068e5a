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
