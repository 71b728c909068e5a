import Anchoring
import Checkpoints
import Encoding
import HTTPCalls
import Logging
import Synchronization
import TestPeer
import TestSupport
import Testing

/// Rounds with witnesses that answer over HTTP.
@Suite struct RoundTests {
    @Test func everyWitnessCosignsTheNewestHead() async throws {
        try await Scene.set(5, witnesses: 3) { scene in
            try await scene.running {
                try await scene.untilCosigned(5, by: [0, 1, 2])
                try await eventually("a quorum") { scene.conductor.health.quorum?.size == 5 }
            }
            #expect(scene.conductor.health.quorum?.time == TestTime.seconds)
            #expect(scene.conductor.health.witnesses.map(\.isUp) == [true, true, true])
            #expect(scene.conductor.health.witnesses.map(\.cosignedSize) == [5, 5, 5])
        }
    }

    @Test(arguments: ["", "/", "/a/b", "/a/b/"])
    func thePathOfAWitnessIsKept(prefix: String) async throws {
        try await Scene.set(5, prefix: prefix) { scene in
            let paths = Mutex<[String]>([])
            scene.witnesses[0].play { request in
                paths.withLock { $0.append(request.path) }
                return nil
            }
            try await scene.running { try await scene.untilCosigned(5, by: [0]) }
            let base = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
            // What it says for old 0 is the cosignature at once.
            #expect(paths.withLock { $0 } == ["\(base)/add-checkpoint"])
        }
    }

    @Test func theNextHeadIsShownOnceTheIntervalIsOver() async throws {
        try await Scene.set(5) { scene in
            try await scene.running {
                try await scene.untilCosigned(5, by: [0])
                try scene.log.grow(by: 4)
                try scene.log.grow(by: 4)
                scene.time.advance(by: .seconds(5))
                try await scene.untilCosigned(13, by: [0])
            }
            // What lies between was never shown.
            #expect(scene.witnesses[0].asked == [5, 13])
        }
    }

    @Test func atTheEndTheLastHeadIsShownAtOnce() async throws {
        try await Scene.set(5, witnesses: 2) { scene in
            try await scene.running { try await scene.untilCosigned(5, by: [0, 1]) }
            try scene.log.grow(by: 4)
            await scene.conductor.finish()
            let cosigners = try scene.log.cosigners(of: 9)
            #expect(cosigners == ["w0.example", "w1.example"])
            #expect(scene.witnesses[0].asked == [5, 9])
        }
    }

    @Test func atTheEndAHeadThatAllHaveSeenIsNotShownAgain() async throws {
        try await Scene.set(5) { scene in
            try await scene.running { try await scene.untilCosigned(5, by: [0]) }
            await scene.conductor.finish()
            #expect(scene.witnesses[0].asked == [5])
        }
    }

    @Test func atTheEndAWitnessThatFailedIsAskedOnceMore() async throws {
        try await Scene.set(5) { scene in
            scene.witnesses[0].play { _ in .whole(503) }
            try await scene.running { _ = try await scene.failure() }
            scene.witnesses[0].play { _ in nil }
            await scene.conductor.finish()
            let cosigners = try scene.log.cosigners(of: 5)
            #expect(cosigners == ["w0.example"])
        }
    }

    @Test func atTheEndASilentWitnessHoldsNothingUp() async throws {
        try await Scene.set(5) { scene in
            scene.witnesses[0].play { [time = scene.time] _ in
                time.advance(by: .seconds(5))
                return .stalled([])
            }
            await scene.conductor.finish()
            let cosigners = try scene.log.cosigners(of: 5)
            #expect(cosigners == [])
        }
    }

    @Test func anUnchangedHeadIsShownAgain() async throws {
        try await Scene.set(5) { scene in
            try await scene.running {
                try await scene.untilCosigned(5, by: [0])
                scene.time.advance(by: .seconds(600))
                try await eventually("a second look") { scene.witnesses[0].asked == [5, 5] }
            }
        }
    }

    @Test func aWitnessThatHasSeenAnotherHeadGetsTheProofFromThere() async throws {
        try await Scene.set(3) { scene in
            scene.witnesses[0].remember(try scene.log.head(3))
            try scene.log.grow(by: 10)
            try await scene.running { try await scene.untilCosigned(13, by: [0]) }
            // It was asked from 0 first, and from 3 then.
            #expect(scene.witnesses[0].asked == [13, 13])
            #expect(scene.conductor.health.witnesses[0].isUp == true)
        }
    }

    /// Somebody else may show our heads to a witness before we do.
    @Test func aWitnessThatIsAheadOfTheRoundIsNotAtFault() async throws {
        try await Scene.set(5) { scene in
            scene.witnesses[0].play { [log = scene.log, witness = scene.witnesses[0]] request in
                guard witness.asked == [5] else { return nil }
                // While it is asked, the log grows, and it sees the new head.
                try log.grow(by: 2)
                witness.remember(try log.head(7))
                return nil
            }
            try await scene.running {
                try await eventually("an answer") {
                    scene.conductor.health.witnesses[0].isUp != nil
                }
                scene.time.advance(by: .seconds(5))
                try await scene.untilCosigned(7, by: [0])
            }
            #expect(scene.conductor.health.witnesses[0].failure == nil)
            #expect(scene.lines.all.count == 1)
            #expect(scene.conductor.permission.isGranted)
        }
    }

    @Test func aStragglersCosignatureIsAddedToItsOwnHead() async throws {
        try await Scene.set(5, witnesses: 3) { scene in
            let isLate = Mutex(true)
            scene.witnesses[2].play { _ in
                try await eventually("its moment") { !isLate.withLock { $0 } }
                return nil
            }
            try await scene.running {
                try await scene.untilCosigned(5, by: [0, 1])
                for size in [6, 7, 8] as [UInt64] {
                    try scene.log.grow()
                    scene.time.advance(by: .seconds(5))
                    try await scene.untilCosigned(size, by: [0, 1])
                }
                isLate.withLock { $0 = false }
                try await scene.untilCosigned(5, by: [2])
                // It is asked for the head of the latest round, and for none between.
                try await scene.untilCosigned(8, by: [2])
            }
            #expect(scene.witnesses[2].asked.first == 5)
            #expect(!scene.witnesses[2].asked.contains(6))
            #expect(!scene.witnesses[2].asked.contains(7))
        }
    }

    /// Each witness takes its own time, and the log grows all the while.
    @Test func twoOfThreeCosignTheSameHeadsWhileTheLogGrows() async throws {
        try await Scene.set(1, witnesses: 3) { scene in
            for (index, witness) in scene.witnesses.enumerated() {
                witness.play { [log = scene.log] _ in
                    // Slow as growth goes: the second waits for 3 entries, the third for 8.
                    let end = try log.newestSignedHead().claim.size + [0, 3, 8][index]
                    try await log.signedHead(above: end)
                    return nil
                }
            }
            let growing = Task { [log = scene.log, time = scene.time] in
                while !Task.isCancelled {
                    try log.grow()
                    time.advance(by: .milliseconds(500))
                    try await pause(atLeast: Patience.interval)
                }
            }
            defer { growing.cancel() }
            try await scene.running {
                try await eventually("six rounds") {
                    Set(scene.witnesses.flatMap(\.asked)).count >= 6
                }
            }
            let sizes = Set(scene.witnesses.flatMap(\.asked)).sorted()
            let counts = try sizes.map { try scene.log.cosigners(of: $0).count }
            // The last two rounds may not be over.
            #expect(counts.dropLast(2).allSatisfy { $0 >= 2 }, "\(sizes): \(counts)")
        }
    }

    @Test func aWitnessIsAskedOneThingAtATime() async throws {
        try await Scene.set(1, witnesses: 2) { scene in
            for witness in scene.witnesses {
                witness.play { [log = scene.log] _ in
                    try await log.signedHead(above: try log.newestSignedHead().claim.size + 2)
                    return nil
                }
            }
            let growing = Task { [log = scene.log, time = scene.time] in
                while !Task.isCancelled {
                    try log.grow()
                    time.advance(by: .seconds(5))
                    try await pause(atLeast: Patience.interval)
                }
            }
            defer { growing.cancel() }
            try await scene.running {
                try await eventually("eight questions") {
                    scene.witnesses.allSatisfy { $0.asked.count >= 8 }
                }
            }
            #expect(scene.witnesses.map(\.mostInside) == [1, 1])
        }
    }

    @Test func aWitnessThatComesBackIsNoticed() async throws {
        try await Scene.set(5) { scene in
            scene.witnesses[0].play { _ in .whole(503) }
            try await scene.running {
                let failure = try await scene.failure()
                #expect(failure == .broken(status: 503))
                scene.witnesses[0].play(nil)
                try await scene.whileTimePasses {
                    scene.conductor.health.witnesses[0].isUp == true
                }
            }
            #expect(
                scene.lines.all == [
                    "witness failed: reason=it cannot answer now (503), witness=w0",
                    "witness answers: witness=w0",
                ])
        }
    }

    @Test func eachChangeIsSaidOnceAndNotEachTry() async throws {
        try await Scene.set(5) { scene in
            scene.witnesses[0].play { _ in .whole(503) }
            try await scene.running {
                try await scene.whileTimePasses { scene.witnesses[0].asked.count >= 4 }
            }
            #expect(scene.lines.all.count == 1)
        }
    }

    @Test func aLogThatFailsIsNotTheWitnesssFaultAndIsAskedAgain() async throws {
        try await Scene.set(5) { scene in
            scene.log.setBroken(true)
            try await scene.running {
                try await eventually("a line") { !scene.lines.all.isEmpty }
                scene.log.setBroken(false)
                try await scene.whileTimePasses { try scene.log.cosigners(of: 5).count == 1 }
            }
            #expect(scene.lines.all.first?.hasPrefix("the head for the witnesses") == true)
        }
    }

    @Test func aPolicyWithoutURLsAsksNobody() async throws {
        let log = try FakeLog()
        let key = try FakeWitness("w.example", of: log).cosigner.verifierKey
        let policy = try TrustPolicy(parsing: Array("witness w \(key)\nquorum w\n".utf8))
        let conductor = try WitnessConductor(
            log: log, policy: policy, options: AnchoringOptions(), clock: TestTime().clock,
            logger: .init(label: "test"), evidence: { _, _ in })
        #expect(!conductor.isNeeded)
        await conductor.run()
        #expect(await conductor.memories() == [])
        #expect(conductor.permission.isGranted)
    }

    @Test func anAddressThatIsNoneIsRefusedByName() throws {
        let log = try FakeLog()
        let key = try FakeWitness("w.example", of: log).cosigner.verifierKey
        let policy = try TrustPolicy(parsing: Array("witness w \(key) ftp://a\nquorum w\n".utf8))
        #expect(throws: WitnessSetupError.url("w", .scheme)) {
            _ = try WitnessConductor(
                log: log, policy: policy, options: AnchoringOptions(), clock: TestTime().clock,
                logger: .init(label: "test"), evidence: { _, _ in })
        }
    }

    @Test func onlyAWitnessThatIsAskedCanBeOverruled() async throws {
        await #expect(throws: WitnessSetupError.unknownWitness("w1")) {
            try await Scene.set(5, witnesses: 1) {
                $0.overruled = ["w1"]
            } _: { _ in
            }
        }
    }
}
