import Auditing
import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// Each rule of admission (registry.md §5): a ledger that broke it is caught at the entry.
@Suite struct ReplayJudgementTests {
    private var ledger: MemoryLedger

    init() throws {
        ledger = try .withPoP()
    }

    private func replayed(_ change: (inout ReplayOptions) -> Void = { _ in }) async throws
        -> Replayed
    {
        try await Replayed(ledger, change)
    }

    @Test mutating func aGoodEntryIsClean() async throws {
        let index = try ledger.add("photo", audience: ledger.origin.text)
        let replayed = try await replayed()
        #expect(replayed.isClean, "\(replayed.findings)")
        #expect(replayed.entries.count == Int(ledger.size))
        let entry = replayed.entries[Int(index)]
        let statement = try Statement(leaf: ledger.leaves[Int(index)])
        #expect(entry.index == index && entry.id == statement.id)
        #expect(entry.claims == statement.claims)
        #expect(entry.nonce == statement.nonceDigest)
        #expect(entry.manifestDigest == statement.manifestDigest)
        #expect(entry.subject == statement.subject)
        #expect(entry.artifact(0) == statement.subjectDigests[0])
        #expect(entry.statement() == statement)
        #expect(entry.manifestState == .right)
    }

    @Test mutating func bytesThatAreNoStatementAreALeafThatIsFound() async throws {
        let index = ledger.append(leaf: Array("not a statement".utf8))
        let replayed = try await replayed()
        #expect(replayed.found(only: .leaf, at: index, "is no statement"))
        #expect(replayed.entries[Int(index)].claims == nil)
    }

    @Test mutating func aStatementThatBreaksItsFormIsFound() async throws {
        let good = try ledger.draft(ledger.manifest("photo")).sign(with: ledger.pop)
        var wrong = try StatementBytes(good, ledger.pop)
        wrong.set(-65543, .int(0))
        let index = ledger.append(leaf: try wrong.encoded())
        #expect(try await replayed().found(only: .form, at: index, "must not hold label -65543"))
    }

    /// A name that is none of ours is no newer type of ours.
    @Test mutating func aTypeOfOthersIsFoundAsSuch() async throws {
        let good = try ledger.draft(ledger.manifest("photo")).sign(with: ledger.pop)
        var strange = try StatementBytes(good, ledger.pop)
        strange.set(16, .text("application/vnd.others.statement.v2+cose"))
        let index = ledger.append(leaf: try strange.encoded())
        #expect(try await replayed().found(only: .form, at: index, "is not a statement type"))
    }

    /// A digest is whatever its sender writes: zeros make no control statement of an entry.
    @Test mutating func anEntryWithADigestOfZerosIsJudgedAsAnyOther() async throws {
        let good = try ledger.draft(ledger.manifest("photo")).sign(with: ledger.pop)
        var zeros = try StatementBytes(good, ledger.values.ed25519("stranger"))
        zeros.payload = Hash.zero.bytes
        let index = ledger.append(leaf: try zeros.encoded())
        let replayed = try await replayed()
        #expect(replayed.found(only: .signature, at: index, "signature"))
        let entry = replayed.entries[Int(index)]
        #expect(!entry.isControl && entry.manifestState == .absent)
    }

    @Test mutating func anEntryForAnotherLedgerIsFound() async throws {
        let index = try ledger.add("photo", audience: "elsewhere.example/log")
        #expect(try await replayed().found(only: .policy, at: index, "aud: must be"))
    }

    @Test mutating func anAlgorithmThatThePolicyDoesNotListIsFound() async throws {
        var settings = ledger.registry.policy.settings
        let key = try ledger.values.es256("es")
        try ledger.addPoP(key.publicKey, issuer: MemoryLedger.rome)
        settings.algorithms = [-8]
        try ledger.apply(settings: settings)
        let index = try ledger.add("photo", by: key, issuer: MemoryLedger.rome)
        #expect(try await replayed().found(only: .policy, at: index, "alg"))
    }

    @Test mutating func aStatementLargerThanThePolicyAllowsIsFound() async throws {
        var settings = ledger.registry.policy.settings
        settings.statementBytes = 300
        try ledger.apply(settings: settings)
        let index = try ledger.add("photo")
        #expect(try await replayed().found(only: .policy, at: index, "300 bytes"))
    }

    @Test mutating func moreSubjectsThanThePolicyAllowsAreFound() async throws {
        var settings = ledger.registry.policy.settings
        settings.subjects = 1
        try ledger.apply(settings: settings)
        let good = try ledger.draft(ledger.manifest("photo")).sign(with: ledger.pop)
        var wide = try StatementBytes(good, ledger.pop)
        wide.set(-65537, .array([[1], [2]].map { .bytes(Hash.sha256($0).bytes) }))
        let index = ledger.append(leaf: try wide.encoded())
        #expect(try await replayed().found(only: .policy, at: index, "subjects"))
    }

    @Test mutating func aTypeThatThePolicyDoesNotListIsFound() async throws {
        var settings = ledger.registry.policy.settings
        settings.predicateTypes.removeAll { $0 == PredicateType.provenance }
        try ledger.apply(settings: settings)
        let index = try ledger.add("photo")
        #expect(try await replayed().found(only: .policy, at: index, "predicate"))
    }

    @Test mutating func aKeyThatNobodyAddedIsFound() async throws {
        let index = try ledger.add("photo", by: ledger.values.ed25519("stranger"))
        #expect(try await replayed().found(only: .key, at: index, "kid"))
    }

    @Test mutating func aKeyThatIsAddedLaterIsFound() async throws {
        let late = try ledger.values.ed25519("late")
        let index = try ledger.add("early", by: late, issuer: MemoryLedger.rome)
        try ledger.addPoP(late.publicKey, issuer: MemoryLedger.rome)
        try ledger.add("in time", by: late, issuer: MemoryLedger.rome)
        #expect(try await replayed().found(only: .key, at: index, "kid"))
    }

    @Test mutating func theIssuerOfAnotherKeyIsFound() async throws {
        let index = try ledger.add("photo", issuer: MemoryLedger.rome)
        #expect(try await replayed().found(only: .key, at: index, "iss: must be"))
    }

    @Test mutating func aRetiredKeyIsFoundOnlyWhereItSignedTooLate() async throws {
        let last = Int64(MemoryLedger.start) + 10
        try ledger.apply(ledger.adding(ledger.pop.publicKey, .retire, signedUntil: last))
        try ledger.add("in time", issuedAt: UInt64(last))
        let index = try ledger.add("too late", issuedAt: UInt64(last) + 1)
        #expect(try await replayed().found(only: .key, at: index, "retired"))
    }

    @Test mutating func aRevokedKeyIsFound() async throws {
        try ledger.add("before")
        try ledger.apply(ledger.adding(ledger.pop.publicKey, .revoke))
        let index = try ledger.add("after")
        #expect(try await replayed().found(only: .key, at: index, "revoked"))
    }

    @Test(arguments: [99, 201] as [UInt64])
    mutating func aTimeOutsideTheKeysWindowIsFound(_ offset: UInt64) async throws {
        let start = Int64(MemoryLedger.start)
        let key = try ledger.values.ed25519("window")
        try ledger.apply(
            ledger.adding(
                key.publicKey, issuer: MemoryLedger.rome, notBefore: start + 100,
                notAfter: start + 200))
        for inside in [100, 200] as [UInt64] {
            try ledger.add(
                "\(inside)", by: key, issuer: MemoryLedger.rome,
                issuedAt: MemoryLedger.start + inside)
        }
        let index = try ledger.add(
            "photo", by: key, issuer: MemoryLedger.rome, issuedAt: MemoryLedger.start + offset)
        #expect(try await replayed().found(only: .key, at: index, "iat"))
    }

    @Test mutating func aKeyWithoutTheRoleIsFound() async throws {
        let build = try ledger.values.ed25519("build")
        try ledger.apply(
            ledger.adding(build.publicKey, issuer: MemoryLedger.rome, roles: [.ci]))
        let index = try ledger.add("photo", by: build, issuer: MemoryLedger.rome)
        #expect(try await replayed().found(only: .key, at: index, "role pop"))
    }

    @Test mutating func aWrongSignatureIsFoundWhereSignaturesAreChecked() async throws {
        let good = try ledger.draft(ledger.manifest("photo")).sign(with: ledger.pop)
        var leaf = good.leaf
        leaf[leaf.count - 40] ^= 1
        let index = ledger.append(leaf: leaf)
        let checked = try await replayed()
        #expect(checked.found(only: .signature, at: index, "is not signed by its key"))
        #expect(try await replayed { $0.checksSignatures = false }.isClean)
    }

    /// The ledger's clock is not known; but no entry came later than it was seen in a tree.
    @Test mutating func aTimeBeyondTheClockIsFoundWhereATreeWasSeenBefore() async throws {
        let ahead = MemoryLedger.start + ledger.registry.policy.settings.maxAhead
        try ledger.add("on time", issuedAt: ahead)
        let index = try ledger.add("ahead", issuedAt: ahead + 1)
        let size = ledger.size
        let seen = SeenTime(size: size, time: MemoryLedger.start)
        let bound = try await replayed { $0.seen = [seen] }
        #expect(bound.found(only: .policy, at: index, "further ahead"))
        // Seen a second later, or only without the entry: nothing is proven.
        let later = SeenTime(size: size, time: MemoryLedger.start + 1)
        #expect(try await replayed { $0.seen = [later] }.isClean)
        let without = SeenTime(size: index, time: MemoryLedger.start)
        #expect(try await replayed { $0.seen = [without, later] }.isClean)
        #expect(try await replayed().isClean)
    }
}
