import Anchoring
import Checkpoints
import Crypto
import Encoding
import TestPeer
import TestSupport
import Testing

/// What witnesses remember, and what follows for signing.
@Suite struct MemoryTests {
    @Test func aWitnessThatHasSeenNothingHoldsNothingUp() async throws {
        try await Scene.set(5) { scene in
            #expect(await scene.conductor.memories() == [.init(of: "w0", .nothing)])
            #expect(scene.conductor.permission.isGranted)
        }
    }

    @Test func aWitnessThatHasSeenOurHeadCosignsItAgain() async throws {
        try await Scene.set(5) { scene in
            scene.witnesses[0].remember(try scene.log.head(5))
            #expect(await scene.conductor.memories() == [.init(of: "w0", .agrees(size: 5))])
            #expect(try scene.log.cosigners(of: 5) == ["w0.example"])
        }
    }

    @Test func whatAWitnessHasIsWhereTheFirstRoundsProofBegins() async throws {
        try await Scene.set(5) { scene in
            scene.witnesses[0].remember(try scene.log.head(3))
            #expect(await scene.conductor.memories() == [.init(of: "w0", .agrees(size: 3))])
            try await scene.running { try await scene.untilCosigned(5, by: [0]) }
            // Once for its memory, once in the round.
            #expect(scene.witnesses[0].asked == [5, 5])
            #expect(scene.changes == [])
        }
    }

    @Test func aWitnessThatShowsNothingNamesItsSize() async throws {
        try await Scene.set(5) { scene in
            scene.witnesses[0].remember(try scene.log.head(3))
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            #expect(await scene.conductor.memories() == [.init(of: "w0", .says(size: 3))])
            #expect(scene.conductor.permission.isGranted)
        }
    }

    /// The log of the scene has this many entries; the witness has seen a later head of it.
    private static func oldCopy(
        _ change: (inout AnchoringOptions) -> Void = { _ in },
        _ body: @escaping (Scene, SignedCheckpoint) async throws -> Void
    ) async throws {
        try await Scene.set(5, change) { scene in
            let newer = try FakeLog(key: scene.log.key)
            try newer.grow(by: 9)
            let head = try newer.head(9)
            scene.witnesses[0].remember(head)
            try await body(scene, head)
        }
    }

    @Test func aHeadOfOursThatIsLargerForbidsSigning() async throws {
        try await Self.oldCopy { scene, head in
            #expect(await scene.conductor.memories() == [.init(of: "w0", .signedMore(head))])
            #expect(scene.conductor.permission.isForbidden)
            #expect(scene.changes == [false])
            #expect(scene.lines.all.filter { $0.contains("old copy") }.count == 1)
        }
    }

    @Test func nobodyCanOverruleAProof() async throws {
        try await Self.oldCopy {
            $0.overruled = ["w0"]
        } _: { scene, _ in
            _ = await scene.conductor.memories()
            #expect(scene.conductor.permission.isForbidden)
        }
    }

    /// A crash may take the newest heads of a log, and not its entries.
    @Test func aHeadThatWasLostOverEntriesThatWereNotHoldsNothingUp() async throws {
        try await Scene.set(9) { scene in
            scene.log.loseHeads(4)
            scene.witnesses[0].remember(try scene.log.head(8))
            #expect(await scene.conductor.memories() == [.init(of: "w0", .agrees(size: 8))])
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            #expect(await scene.conductor.memories() == [.init(of: "w0", .says(size: 8))])
            #expect(scene.conductor.permission.isGranted)
        }
    }

    @Test func anotherTreesHeadOverEntriesWithoutAHeadForbidsSigning() async throws {
        try await Scene.set(9) { scene in
            let other = try FakeLog(key: scene.log.key)
            try other.grow(by: 8, branch: "other")
            scene.log.loseHeads(4)
            scene.witnesses[0].remember(try other.head(8))
            _ = await scene.conductor.memories()
            #expect(scene.conductor.permission.isForbidden)
            // There is no second head to convict with.
            #expect(scene.evidence == [])
        }
    }

    @Test func aMereSizeHoldsSigning() async throws {
        try await Self.oldCopy { scene, _ in
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            #expect(await scene.conductor.memories() == [.init(of: "w0", .saysMore(size: 9))])
            #expect(!scene.conductor.permission.isGranted)
            #expect(!scene.conductor.permission.isForbidden)
        }
    }

    @Test func aMereSizeHoldsNothingOnceItsWitnessIsOverruled() async throws {
        try await Self.oldCopy {
            $0.overruled = ["w0"]
        } _: { scene, _ in
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            _ = await scene.conductor.memories()
            #expect(scene.conductor.permission.isGranted)
            #expect(scene.changes == [])
        }
    }

    @Test func aWitnessThatTakesItsWordBackHoldsNothing() async throws {
        try await Self.oldCopy { scene, _ in
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            try await scene.running {
                try await eventually("a hold") { scene.changes == [false] }
                scene.witnesses[0].remember(try scene.log.head(5))
                try await scene.whileTimePasses { scene.changes == [false, true] }
            }
        }
    }

    /// What a witness shows may be an hour old, so what it says counts, too.
    @Test func anOldHeadThatIsShownDoesNotHideALargerSize() async throws {
        try await Self.oldCopy { scene, _ in
            let old = try scene.log.head(4)
            scene.witnesses[0].play { $0.method == "GET" ? .whole(200, [:], old.encoded) : nil }
            #expect(await scene.conductor.memories() == [.init(of: "w0", .saysMore(size: 9))])
        }
    }

    @Test(arguments: [1, 3, 4, 5])
    func aHeadOfOursThatIsAnotherTreesIsKeptAsEvidence(size: Int) async throws {
        try await Scene.set(5) { scene in
            let other = try FakeLog(key: scene.log.key)
            try other.grow(by: size, branch: "other")
            scene.witnesses[0].remember(try other.head(UInt64(size)))
            _ = await scene.conductor.memories()
            #expect(scene.conductor.permission.isForbidden)
            #expect(scene.evidence.count == 1)
            for proof in scene.evidence {
                let read = try MisbehaviourProof(parsing: proof.encoded)
                let conviction = try read.convict(by: [.init(key: scene.log.signer.verifierKey)])
                #expect(conviction.older.checkpoint.size == UInt64(size))
                #expect(conviction.newer.checkpoint.size == 5)
            }
            // Found again, it is no news.
            _ = await scene.conductor.memories()
            #expect(scene.evidence.count == 1)
            #expect(scene.changes == [false])
        }
    }

    @Test func evidenceThatCouldNotBeKeptIsKeptLater() async throws {
        try await Scene.set(5) { scene in
            let other = try FakeLog(key: scene.log.key)
            try other.grow(by: 5, branch: "other")
            scene.witnesses[0].remember(try other.head(5))
            scene.losesEvidence = true
            _ = await scene.conductor.memories()
            #expect(scene.evidence == [])
            #expect(scene.conductor.permission.isForbidden)
            scene.losesEvidence = false
            _ = await scene.conductor.memories()
            #expect(scene.evidence.count == 1)
        }
    }

    /// SIGHUP is no way around a hold.
    @Test func anotherPolicyDoesNotLiftAHold() async throws {
        try await Self.oldCopy { scene, _ in
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            _ = await scene.conductor.memories()
            #expect(throws: WitnessSetupError.stillHolds("w0")) {
                try scene.successor(of: TrustPolicy(logs: [], witnesses: [], quorum: .none))
            }
            // Silence takes nothing back, from whomever it comes.
            scene.witnesses[0].play { _ in .whole(500) }
            let next = try scene.successor(of: scene.policy)
            #expect(!next.permission.isGranted)
            _ = await next.memories()
            #expect(!next.permission.isGranted)
            try scene.log.grow(by: 4)
            scene.witnesses[0].play { _ in nil }
            _ = await next.memories()
            #expect(next.permission.isGranted)
            await next.close()
        }
    }

    @Test func whoAgreedBeforeThePolicyWasReadAgainHoldsNothing() async throws {
        try await Scene.set(5) { scene in
            _ = await scene.conductor.memories()
            let newer = try FakeLog(key: scene.log.key)
            try newer.grow(by: 9)
            scene.witnesses[0].remember(try newer.head(9))
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            let next = try scene.successor(of: scene.policy)
            _ = await next.memories()
            #expect(next.permission.isGranted)
            #expect(next.health.witnesses.first?.failure == .remembersMore(9))
            await next.close()
        }
    }

    @Test func aCheckpointThatWeDidNotSignIsNobodysWord() async throws {
        try await Scene.set(5) { scene in
            let other = try FakeLog()
            try other.grow(by: 5, branch: "other")
            let head = try other.head(5)
            scene.witnesses[0].play { $0.method == "GET" ? .whole(200, [:], head.encoded) : nil }
            #expect(await scene.conductor.memories() == [.init(of: "w0", .foreign)])
            #expect(scene.conductor.permission.isGranted)
            #expect(scene.lines.all.filter { $0.contains("no key of this log") }.count == 1)
        }
    }

    /// A copy from before a handover does not know the key that signs its log now.
    @Test func aLargerCheckpointOfAKeyThatWeDoNotKnowHoldsSigning() async throws {
        for isOverruled in [false, true] {
            try await Scene.set(
                5, witnesses: 1, { if isOverruled { $0.overruled = ["w0"] } }
            ) { scene in
                let successor = try FakeLog()
                try successor.grow(by: 9)
                let head = try successor.head(9)
                scene.witnesses[0].play {
                    $0.method == "GET" ? .whole(200, [:], head.encoded) : .whole(403)
                }
                let memory = try #require(await scene.conductor.memories().first)
                #expect(memory.finding == .saysMore(size: 9))
                #expect(scene.conductor.permission.isGranted == isOverruled)
                #expect(!scene.conductor.permission.isForbidden)
            }
        }
    }

    @Test func aWitnessThatDoesNotAnswerInTimeHoldsNothingUp() async throws {
        try await Scene.set(5, witnesses: 2) { scene in
            scene.witnesses[0].play { _ in .stalled([]) }
            let asking = Task { await scene.conductor.memories() }
            try await eventually("the other's answer") { scene.witnesses[1].asked == [5] }
            scene.time.advance(by: Patience.bound)
            let memories = await asking.value
            #expect(
                memories.first
                    == .init(of: "w0", .silent(.unreachable("no answer in time"))))
            #expect(scene.conductor.permission.isGranted)
            #expect(scene.lines.all.contains { $0.contains("witness=w0") })
        }
    }

    @Test func silenceTakesNothingBack() async throws {
        try await Self.oldCopy { scene, _ in
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            _ = await scene.conductor.memories()
            scene.witnesses[0].play { _ in .whole(503) }
            #expect(await scene.conductor.memories() == [.init(of: "w0", .saysMore(size: 9))])
            #expect(!scene.conductor.permission.isGranted)
        }
    }

    @Test func aSizeBeyondOursHoldsSigningOfAWitnessThatWasSilentBefore() async throws {
        try await Scene.set(5) { scene in
            let newer = try FakeLog(key: scene.log.key)
            try newer.grow(by: 30)
            scene.witnesses[0].remember(try newer.head(30))
            scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
            try await scene.running {
                let failure = try await scene.failure()
                #expect(failure == .remembersMore(30))
            }
            #expect(scene.conductor.permission.obstacles == [.init(of: "w0", .saysMore(size: 30))])
            #expect(scene.changes == [false])
        }
    }

    /// Anybody between could say it, at any moment: it is named and counted, and stalls nothing.
    @Test func aSizeBeyondOursStopsNoLogThatTheWitnessHasCosigned() async throws {
        try await Scene.set(5) { scene in
            try await scene.running {
                try await scene.untilCosigned(5, by: [0])
                let newer = try FakeLog(key: scene.log.key)
                try newer.grow(by: 30)
                scene.witnesses[0].remember(try newer.head(30))
                scene.witnesses[0].play { $0.method == "GET" ? .whole(404) : nil }
                try scene.log.grow()
                scene.time.advance(by: .seconds(5))
                let failure = try await scene.failure()
                #expect(failure == .remembersMore(30))
            }
            #expect(scene.conductor.permission.isGranted)
            #expect(scene.changes == [])
        }
    }

    @Test func aHeadThatDoesNotExtendWhatAWitnessShowsIsASplitView() async throws {
        try await Scene.set(5) { scene in
            let other = try FakeLog(key: scene.log.key)
            try other.grow(by: 5, branch: "other")
            scene.witnesses[0].remember(try other.head(5))
            try await scene.running {
                let failure = try await scene.failure()
                #expect(failure == .splitView(size: 5))
            }
            #expect(scene.evidence.count == 1)
            #expect(scene.conductor.permission.isForbidden)
        }
    }
}
