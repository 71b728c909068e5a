import Anchoring
import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import LedgerCheck
import LedgerStore
import LogReader
import Logging
import Manifests
import Merkle
import Provenance
import Studio
import Testing
import TestLedger
import TestSupport

/// What remembers a head when the folder does not.
extension RecoveryTests {
    @Test func withoutTheHighWaterFileNothingIsOpenedUntilSomebodyRemembers() async throws {
        try await register(["after 1", "after 2"])
        let newest = fixture.ledger.head().note
        _ = try fixture.ledger.export(to: export)
        let lost = fixture.folder.appending(path: "lost.highwater").path()
        let restored = try Restored(fixture, from: backups, highWater: lost)
        #expect(throws: LedgerError.self) { try Recovery(restored.options) }
        await #expect(throws: LedgerError.self) { try await restored.open { _ in } }
        #expect(throws: LedgerError.self) {
            try Recovery(restored.options, makingHighWaterFrom: [])
        }
        let other = try LedgerFixture()
        #expect(throws: LedgerError.self) {
            try Recovery(
                restored.options,
                makingHighWaterFrom: [(name: "other", note: other.ledger.head().note)])
        }
        #expect(try !isThere(lost))
        let recovery = try Recovery(
            restored.options, makingHighWaterFrom: [(name: "newest", note: newest)])
        #expect(recovery.missing == 5..<7)
        recovery.close()
        try await restored.open { ledger async throws in
            #expect(ledger.readiness?.hasPrefix("entries 5 to 6 are missing") == true)
        }
        #expect(throws: LedgerError.self) {
            try Recovery(
                restored.options, makingHighWaterFrom: [(name: "newest", note: newest)])
        }
        let report = try await recover(restored) { try await $0.putBack(export: export) }
        #expect(report.entries == 5..<7)
        try await restored.open { #expect($0.readiness == nil) }
    }

    /// A good line beside it makes it no better: somebody has changed the note.
    @Test func aNoteWithALineOfTheLedgersThatDoesNotVerifyIsNotRemembered() async throws {
        let restored = try Restored(fixture, from: backups)
        try await register(["after"])
        let note = try SignedNote(parsing: fixture.ledger.head().note)
        let good = try #require(note.signatures.first)
        var bytes = good.signature
        bytes[63] ^= 1
        let bad = try NoteSignature(name: good.name, keyID: good.keyID, signature: bytes)
        for lines in [[good, bad], [bad, good], [bad]] {
            let changed = try SignedNote(text: note.text, signatures: lines).encoded
            try await recover(restored) { recovery throws in
                let error = #expect(throws: LedgerError.self) {
                    try recovery.remember(changed, from: "a witness")
                }
                #expect(error?.description.contains("that does not verify") == true)
                #expect(recovery.missing == nil)
            }
        }
    }

    @Test func aNewerCheckpointStopsALedgerThatForgot() async throws {
        let restored = try Restored(fixture, from: backups)
        try await restored.open { #expect($0.readiness == nil) }
        try await register(["after"])
        let newest = fixture.ledger.head().note
        try await recover(restored) { recovery throws in
            #expect(recovery.missing == nil)
            try recovery.remember(newest, from: "a witness")
            #expect(recovery.missing == 5..<6)
            #expect(throws: LedgerError.self) {
                try recovery.remember(Array(newest.dropLast(5)), from: "a cut one")
            }
        }
        try await restored.open { ledger async throws in
            #expect(ledger.readiness?.hasPrefix("entry 5 is missing") == true)
            #expect(try await isRefused(ledger, "late"))
        }
    }

    @Test func anExportThatKnowsMoreThanTheHighWaterFileRaisesIt() async throws {
        let restored = try Restored(fixture, from: backups)
        try await register(["after 1", "after 2"])
        _ = try fixture.ledger.export(to: export)
        try await recover(restored) { recovery throws in
            #expect(recovery.missing == nil)
            #expect(try await recovery.putBack(export: export).entries == 5..<7)
            #expect(recovery.signedSize == 7)
        }
        try await restored.open { ledger async throws in
            #expect(ledger.readiness == nil)
            #expect(ledger.head().note == fixture.ledger.head().note)
        }
    }
}
