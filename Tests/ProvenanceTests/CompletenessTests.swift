import Encoding
import IndexMap
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// What a proof of completeness shows, in the words that a person gets (index.md §10).
@Suite struct CompletenessTests {
    private var scene: CompleteScene

    init() throws {
        scene = try CompleteScene()
    }

    private static let head = """
        (index head of 2025-10-09 08:59:20 UTC, logged, and seen by no quorum of witnesses)
        """

    private static let end = """
        the entry after those, up to the newest head known here, is not covered; computed by the \
        ledger: whoever has the log can compute it again
        """

    @Test func whatIsListedIsAtMostAll() throws {
        let report = try scene.judge(scene.photo, scene.proof(.work("photo")))
        #expect(report.ok)
        #expect(
            report.complete.map(\.detail) == [
                "at most these 2 entries name this file among the first 6 of the log "
                    + "\(Self.head): 3, 5; \(Self.end)"
            ])
        let answer = try #require(report.completeness.first?.answers.first)
        #expect(answer.verdict == .ok && answer.count == 2 && answer.indexes == [3, 5])
        #expect(answer.shown == [3] && !answer.isAll && answer.coversRecord)
        let head = try #require(report.completeness.first?.head)
        #expect(head.entry == scene.head.id && head.index == 6 && head.size == 6)
        #expect(head.level == .logged && head.notCovered == 1)
    }

    @Test func itIsAllWhereEachEntryIsShown() throws {
        let report = try scene.judge(
            scene.photo, scene.proof(.work("photo")), shown: [scene.again, scene.print])
        #expect(
            report.complete.map(\.detail) == [
                "these 2 entries are all that name this file among the first 6 of the log "
                    + "\(Self.head): 3, 5; \(Self.end)"
            ])
        #expect(report.completeness.first?.answers.first?.isAll == true)
    }

    @Test func oneThatIsShownStandsAlone() throws {
        let report = try scene.judge(scene.print, scene.proof(.work("print")), "print")
        #expect(
            report.complete.first?.detail.hasPrefix(
                "entry 4 alone names this file among the first 6 of the log (") == true)
    }

    /// Of a record that is not compared with a file each artifact is named by its digest.
    @Test func aFileThatWasNotComparedIsNamedByItsDigest() throws {
        let report = try scene.judge(scene.print, scene.proof(.work("print")), nil)
        let digest = Hash.sha256(Array("print".utf8))
        #expect(
            report.complete.first?.detail.hasPrefix(
                "entry 4 alone names the file SHA-256 \(digest) among") == true)
    }

    @Test func aThreadAndAnIssuerAreNamed() throws {
        let report = try scene.judge(
            scene.photo, scene.proof(.sub(CompleteScene.thread), .iss(MemoryLedger.berlin)))
        let words = report.complete.map(\.detail)
        #expect(words.count == 2)
        #expect(words[0].hasPrefix("at most these 3 entries belong to the thread urn:example:"))
        #expect(words[1].hasPrefix("at most these 3 entries belong to the issuer https://pops."))
    }

    @Test func noEntryIsSaidToo() throws {
        let bytes = try scene.proof(.work("unheard of"))
        let alone = Verifier(try scene.kit()).verify(complete: bytes)
        #expect(alone.holds(at: .logged) && !alone.holds(at: .witnessed))
        #expect(
            alone.findings.first?.detail.hasPrefix("no entry names the file SHA-256 ") == true)
        #expect(alone.answers.first?.count == 0 && alone.answers.first?.isAll == true)
    }

    @Test func theEntriesThatAreNotCoveredAreCounted() throws {
        var scene = scene
        for work in ["a", "b", "c"] { try scene.ledger.add(work) }
        let report = try scene.judge(scene.photo, scene.proof(.work("photo")))
        #expect(report.complete.first?.detail.contains("; the 4 entries after those, up") == true)
        #expect(report.completeness.first?.head?.notCovered == 4)
    }

    /// The newest head that any of several proofs shows counts for all of them, in any order.
    @Test func whatIsNotCoveredIsCountedOverAllProofs() throws {
        var scene = scene
        let kit = try scene.kit()
        let old = try scene.proof(.work("unheard of"))
        for work in ["a", "b", "c"] { try scene.ledger.add(work) }
        try scene.ledger.addIndexHead()
        let new = try scene.proof(.work("unheard of"))
        for (proofs, counts) in [([old, new], [5, 1]), ([new, old], [1, 5])]
            as [([[UInt8]], [UInt64?])]
        {
            let alone = Verifier(kit).verify(completes: proofs)
            #expect(alone.map { $0.head?.notCovered } == counts)
            let words = alone.compactMap { $0.findings.first?.detail }
            #expect(words.map { $0.contains("the 5 entries after") } == counts.map { $0 == 5 })
            var record = scene.photo
            record.completes = try proofs.map { bytes in
                let head = try CompleteProof(bytes).head.head
                return try scene.proof(.work("photo"), by: head)
            }
            let report = Verifier(kit).verify(
                file: record.encoded(), artifact: nil, recordOnly: true)
            #expect(report.completeness.map { $0.head?.notCovered } == counts)
        }
    }

    @Test func manyEntriesAreNamedInPart() throws {
        var scene = scene
        for work in 0..<12 { try scene.ledger.add("work \(work)") }
        try scene.ledger.addIndexHead()
        let report = try scene.judge(scene.photo, scene.proof(.sub(CompleteScene.thread)))
        #expect(
            report.complete.first?.detail.contains(": 3, 4, 5, 7, 8, 9, 10, 11 and 7 more; ")
                == true, "\(report.complete)")
    }

    // MARK: - How far it is proven

    @Test(arguments: [(1, "seen by one witness"), (2, "seen by 2 witnesses")])
    func theLevelOfTheHeadIsThatOfTheListing(count: Int, words: String) throws {
        var scene = scene
        try scene.witness(by: count)
        var photo = scene.photo
        photo.receipts = [try scene.ledger.receipt(3)]
        let report = try scene.judge(
            photo, scene.proof(.work("photo")), kit: scene.kit(asking: count))
        #expect(report.ok && report.reached == .witnessed)
        #expect(report.completeness.first?.head?.level == .witnessed)
        #expect(report.complete.first?.detail.contains(words) == true, "\(report.complete)")
    }

    @Test func aListingMustReachTheLevelThatIsRequired() throws {
        var scene = scene
        let bytes = try scene.proof(.work("photo"))
        try scene.witness(by: 1)
        var photo = scene.photo
        photo.receipts = [try scene.ledger.receipt(3)]
        let kit = try scene.kit(asking: 1)
        let report = try scene.judge(photo, bytes, requireComplete: [.artifact], kit: kit)
        #expect(report.reached == .witnessed && report.outcome == .unproven)
        #expect(report.missingComplete == [.artifact])
        #expect(
            report.shortfall
                == "a proof that the listing of artifact is complete is required: its index head "
                + "has reached \"logged\", and \"witnessed\" is required")
        let less = try scene.judge(
            photo, bytes, require: .logged, requireComplete: [.artifact], kit: kit)
        #expect(less.ok)
    }

    @Test func withoutAProofAListingIsAbsent() throws {
        let report = try scene.ledger.judge(scene.photo, "photo")
        #expect(report.ok && report.says(.complete, .absent, "carries no proof"))
        #expect(report.completeness.isEmpty)
        let asked = Verifier(try scene.kit()).verify(
            file: scene.photo.encoded(), artifact: .sha256(Array("photo".utf8)),
            requireComplete: [.artifact, .sub])
        #expect(asked.outcome == .unproven && asked.missingComplete == [.artifact, .sub])
        #expect(asked.obstacle?.check == .complete)
    }

    @Test func aProofOfSomethingElseMeetsNoRequirement() throws {
        let report = try scene.judge(
            scene.photo, scene.proof(.work("print"), .sub("urn:example:other")),
            requireComplete: [.artifact])
        #expect(report.complete.map(\.verdict) == [.absent, .absent])
        #expect(report.outcome == .unproven)
        #expect(report.complete.first?.detail.contains("is about nothing of this record") == true)
        // The print is an artifact of its own record, and so the same proof counts there.
        let other = try scene.judge(
            scene.print, scene.proof(.work("print")), "print", requireComplete: [.artifact])
        #expect(other.ok)
    }

    @Test func anEntryThatComesLaterIsNotCovered() throws {
        var scene = scene
        let late = try scene.ledger.capture("late")
        let report = try scene.judge(
            late, scene.proof(.sub(CompleteScene.thread)), "late", requireComplete: [.sub])
        #expect(report.complete.first?.verdict == .ok)
        #expect(
            report.complete.first?.detail.contains("; this entry, 7, comes after those; ") == true)
        #expect(report.outcome == .unproven)
        #expect(report.shortfall.contains("comes after those that are covered"))
    }

    // MARK: - Lists

    /// A ledger whose issuer has 70 entries, so that its list has pages.
    private func listed() throws -> CompleteScene {
        var scene = scene
        for work in 0..<67 { try scene.ledger.add("work \(work)") }
        try scene.ledger.addIndexHead()
        return scene
    }

    @Test func aListWithAllItsPagesIsWhole() throws {
        let scene = try listed()
        let report = try scene.judge(scene.photo, scene.proof(.iss(MemoryLedger.berlin)))
        #expect(report.completeness.first?.answers.first?.count == 70)
        #expect(report.complete.first?.verdict == .ok, "\(report.complete)")
    }

    @Test func whereAPageIsMissingTheListIsNotChecked() throws {
        let scene = try listed()
        let name = try IndexName.iss(MemoryLedger.berlin)
        let bytes = try scene.ledger.complete([name], positions: 0..<40).encoded()
        let report = try scene.judge(scene.photo, bytes, requireComplete: [.iss])
        #expect(report.complete.first?.verdict == .notChecked)
        #expect(
            report.complete.first?.detail.contains("and the positions 0 to 39 of them are here")
                == true, "\(report.complete)")
        #expect(report.outcome == .unproven)
        let none = try scene.ledger.complete([name], positions: 0..<0).encoded()
        #expect(
            try scene.judge(scene.photo, none).complete.first?.detail.contains(
                "none of their positions is here") == true)
    }

    /// Between two neighbours that are here there is no place for an entry.
    @Test func anEntryIsMissedBetweenTwoNeighboursOfAPage() throws {
        var scene = try listed()
        let name = try IndexName.iss(MemoryLedger.berlin)
        let bytes = try scene.invented([name]) { records in
            records.filter { $0.key != name.key || $0.index != 4 }
        }
        let report = try scene.judge(scene.print, bytes, "print")
        #expect(report.says(.complete, .refuted, "entry 4 belongs to the issuer"))
    }

    /// An older proof beside the newest one shows what the ledger has taken out since.
    @Test func aListThatShrinksIsFalse() throws {
        var scene = try listed()
        let name = try IndexName.iss(MemoryLedger.berlin)
        var photo = scene.photo
        photo.completes = [try scene.proof(name)]
        #expect(try scene.ledger.judge(photo, "photo").ok)
        let later = try scene.invented([name]) { records in
            records.filter { $0.key != name.key || $0.index != 4 }
        }
        // Neither shows it by itself, for the record of entry 4 is not here.
        var alone = photo
        alone.completes = [later]
        #expect(try scene.ledger.judge(alone, "photo").ok)
        photo.completes.insert(later, at: 0)
        let report = try scene.ledger.judge(photo, "photo")
        #expect(report.outcome == .refuted)
        #expect(report.says(.complete, .refuted, "contradict each other (shrinking)"))
    }

    // MARK: - Entries that are shown

    @Test func anEntryThatIsLeftOutMakesItFalse() throws {
        var scene = scene
        let bytes = try scene.invented([.work("photo")]) { records in
            records.filter { $0.index != 5 }
        }
        // The record of entry 3 alone does not show it; that of entry 5 does.
        #expect(try scene.judge(scene.photo, bytes).ok)
        let report = try scene.judge(scene.photo, bytes, shown: [scene.again])
        #expect(report.outcome == .refuted)
        #expect(report.says(.complete, .refuted, "entry 5 names this file and is not listed"))
    }

    @Test func anEntryThatDoesNotHaveTheNameIsPassedOver() throws {
        var scene = scene
        let key = IndexName.work("photo").key
        let bytes = try scene.invented([.work("photo")]) { records in
            records + [IndexRecord(key: key, index: 4)]
        }
        let report = try scene.judge(scene.photo, bytes, shown: [scene.again, scene.print])
        #expect(
            report.complete.first?.detail.contains(
                "; entry 4 is listed, does not have it, and is passed over; ") == true)
        #expect(
            report.complete.first?.detail.hasPrefix("these 2 entries are all that name this file")
                == true, "\(report.complete)")
        // Without its record it is one of those that may have the name.
        let alone = try scene.judge(scene.photo, bytes)
        #expect(alone.complete.first?.detail.hasPrefix("at most these 3 entries") == true)
    }

    @Test func aRecordMayCarryItsProofs() throws {
        var scene = scene
        var photo = scene.photo
        photo.completes = [try scene.proof(.work("photo"))]
        let first = try scene.ledger.judge(photo, "photo")
        #expect(first.ok && first.complete.map(\.verdict) == [.ok])
        try scene.ledger.add("more")
        try scene.ledger.addIndexHead()
        photo.completes.insert(try scene.proof(.work("photo")), at: 0)
        let read = try TransparentStatement(photo.encoded())
        #expect(read.completes == photo.completes)
        let second = try scene.ledger.judge(read, "photo")
        #expect(second.complete.map(\.verdict) == [.ok, .ok])
        #expect(second.completeness.map { $0.head?.size } == [8, 6])
        var message = try COSESign1.decode(photo.encoded())
        let third = message.unprotected[-65544]?.arrayValue?.first ?? .null
        message.unprotected = message.unprotected.setting(
            -65544, to: .array([third, third, third]))
        let bytes = message.encoded()
        #expect(refusal { _ = try TransparentStatement(bytes) }?.field == "complete")
    }

    /// A thief of the ledger's keys can place an entry where none is: nobody is held to that.
    @Test func anEntryThatAThiefMayHaveLoggedIsNotShown() throws {
        var scene = scene
        let forged = scene.again
        try scene.ledger.rotateNoteKey(suspectFrom: 1)
        let bytes = try scene.invented([.work("photo")]) { records in
            records.filter { $0.index != 5 }
        }
        var photo = scene.photo
        photo.receipts = [try scene.ledger.receipt(3)]
        #expect(try scene.judge(photo, bytes, shown: [forged]).ok)
        var shown = forged
        shown.receipts = [try scene.ledger.receipt(5)]
        #expect(try scene.judge(photo, bytes, shown: [shown]).outcome == .refuted)
    }

    /// Nor is the ledger held to the record itself: the proof is right, and convicts nobody.
    @Test func aRecordThatAThiefMayHaveLoggedConvictsNobody() throws {
        var scene = scene
        let forged = scene.again
        try scene.ledger.rotateNoteKey(suspectFrom: 1)
        let bytes = try scene.invented([.work("photo")]) { records in
            records.filter { $0.index != 5 }
        }
        let report = try scene.judge(forged, bytes)
        #expect(report.outcome == .suspect)
        let found = try #require(report.complete.first)
        #expect(found.verdict == .ok && found.detail.contains("entry 5, of this record, is not"))
        #expect(report.completeness.first?.answers.first?.coversRecord == false)
        let accepted = try scene.judge(
            forged, bytes, requireComplete: [.artifact], acceptsSuspect: true)
        #expect(accepted.outcome == .unproven && accepted.missingComplete == [.artifact])
        #expect(accepted.shortfall.contains("entry 5, of this record, is not"))
        // A receipt that no thief can have made holds the ledger to it.
        var logged = forged
        logged.receipts = [try scene.ledger.receipt(5)]
        let again = try scene.judge(logged, bytes)
        #expect(again.outcome == .refuted)
        #expect(again.complete.first?.detail.contains("convict the ledger") == true)
    }

    @Test func aProofThatIsNamedTwiceIsJudgedOnce() throws {
        var photo = scene.photo
        let bytes = try scene.proof(.work("photo"))
        photo.completes = [bytes, bytes]
        let report = try scene.judge(photo, bytes)
        #expect(report.complete.count == 1 && report.completeness.count == 1)
    }

    // MARK: - What is required

    /// With no file beside it each artifact of the record is asked about, and not one of them.
    @Test func eachArtifactOfARecordIsAskedAbout() throws {
        var scene = scene
        let subjects = ["left", "right"].map {
            Subject(name: Text($0), digest: .sha256(Array($0.utf8)), mediaType: "image/jpeg")
        }
        let single = try scene.ledger.manifest("left")
        let manifest = try Manifest.provenance(
            of: subjects, single.predicate, nonce: scene.ledger.nonce())
        let statement = try scene.ledger.draft(manifest).sign(with: scene.ledger.pop)
        let both = try scene.ledger.log(statement, manifest)
        try scene.ledger.addIndexHead()
        let left = try scene.proof(.work("left"))
        #expect(try scene.judge(both, left, "left", requireComplete: [.artifact]).ok)
        let alone = try scene.judge(both, left, nil, requireComplete: [.artifact])
        #expect(alone.outcome == .unproven && alone.missingComplete == [.artifact])
        #expect(alone.shortfall.contains("several such names"), "\(alone.shortfall)")
        let whole = try scene.proof(.work("left"), .work("right"))
        #expect(try scene.judge(both, whole, nil, requireComplete: [.artifact]).ok)
        // Of the copy that nobody asked about it says nothing.
        let right = try scene.judge(both, left, "right", requireComplete: [.artifact])
        #expect(right.outcome == .unproven)
    }

    /// A proof about something else is no reason why one is missing.
    @Test func theReasonWhyAProofIsMissingIsOfThatKind() throws {
        let bytes = try scene.proof(.work("photo"), .work("print"))
        let report = try scene.judge(scene.photo, bytes, requireComplete: [.artifact, .sub])
        #expect(report.outcome == .unproven && report.missingComplete == [.sub])
        #expect(report.shortfall.hasSuffix(": none is about that"), "\(report.shortfall)")
    }

    /// Of two lists in one file, each of which is here in part, the one that is required is named.
    @Test func theReasonWhyAListIsNotCompleteIsOfThatList() throws {
        var scene = scene
        for number in 0..<70 {
            let manifest = try scene.ledger.manifest("work \(number)")
            let statement = try scene.ledger.draft(manifest, sub: CompleteScene.thread)
                .sign(with: scene.ledger.pop)
            _ = try scene.ledger.log(statement, manifest)
        }
        try scene.ledger.addIndexHead()
        let head = try #require(scene.ledger.indexHeads.last?.head)
        let map = try scene.ledger.map(head.size)
        let names: [IndexName] = try [
            .iss(scene.photo.statement.issuer), .sub(scene.photo.statement.subject),
        ]
        let bytes = try CompleteProof(
            scene.ledger.transparent(head), names.map { map.proof(of: $0, positions: 0..<9) }
        ).encoded()
        for (kind, word) in [(IndexKind.iss, "the issuer"), (.sub, "the thread")] {
            let report = try scene.judge(scene.photo, bytes, requireComplete: [kind])
            #expect(report.outcome == .unproven)
            #expect(report.shortfall.contains(word), "\(report.shortfall)")
        }
    }

    /// A level that nobody named can reach is not reached by one above it.
    @Test func aLevelForWhichNobodyIsNamedIsNotReached() throws {
        var whole = try scene.ledger.transparent(scene.head)
        whole.anchors = [try scene.ledger.anchor(of: 6, in: 7)]
        let bytes = try CompleteProof(
            whole, [scene.ledger.map(6).proof(of: .work("photo"))]
        ).encoded()
        let time = scene.ledger.time(of: 7)
        let checker = EvidenceChecker(type: Anchor.timestamp) { _ in
            .holds(time: time, authority: "tsa")
        }
        let found = Verifier(try scene.kit(), checkers: [checker]).verify(complete: bytes)
        #expect(found.head?.level == .timestamped && found.holds(at: .timestamped))
        #expect(!found.holds(at: .witnessed) && found.holds(at: .logged))
    }
}
