import Checkpoints
import Encoding
import Manifests
import Merkle

/// The fifth step: the independent evidence that a head which holds the entry existed
/// (record.md §5).
///
/// Takes the entry's leaf with its anchors, the proven heads, the heads believed so far, what
/// evidence must not be older than, and the checkers. This step finds out that each anchor is about
/// the entry and a head of its log, and that no two bounds contradict each other; whether its
/// evidence holds is its checker's answer, and without a checker it is *not checked here*.
struct EvidenceFound {
    /// The heads that are believed after this step.
    let believed: BelievedHeads

    /// What was found about timestamps and other anchors.
    private(set) var findings: [Finding] = []

    /// Each anchor and what it is worth, in the order of the file.
    private(set) var anchors: [JudgedAnchor] = []

    /// The heads that hold the entry and that evidence covers, and the end of the time by which it
    /// says that they existed.
    var covered: [(head: Checkpoint, time: UInt64)] {
        anchors.compactMap { anchor in
            guard let head = anchor.placed?.head, let held = anchor.holding else { return nil }
            return (head, held.latest)
        }
    }

    /// Examines the anchors of `entry`; `time` is now in POSIX seconds, for evidence that claims
    /// to be from the future.
    init(
        in entry: LoggedLeaf, about heads: ProvenHeads, believing believed: BelievedHeads,
        after bounds: LowerBounds, at time: UInt64?, by verifier: Verifier,
        _ reader: inout HeadReader
    ) {
        var places = AnchorReader(of: entry, about: heads, believing: believed)
        for map in entry.anchors {
            anchors.append(Self.judge(map, by: verifier.checkers, &places, &reader))
        }
        self.believed = places.believed
        let ahead = verifier.kit.registry.policy.settings.maxAhead
        for place in anchors.indices {
            Self.hold(&anchors[place], to: bounds, at: time, ahead: ahead)
        }
        seal(after: bounds)
        findings = anchors.compactMap { $0.finding(at: time) }
        noteTheRest(by: verifier.kit)
    }

    /// Finds out what one anchor is worth, taken for itself.
    private static func judge(
        _ map: CBORMap, by checkers: [EvidenceChecker], _ places: inout AnchorReader,
        _ reader: inout HeadReader
    ) -> JudgedAnchor {
        do throws(Refusal) {
            let placed = try places.place(Anchor(map), &reader)
            let type = placed.anchor.type
            guard let checker = checkers.first(where: { $0.type == type }) else {
                let isKnown = Anchor.types.contains(type)
                return JudgedAnchor(
                    placed, isKnown ? nil : .unknown("one is of a type not known here, \(type)"))
            }
            guard placed.isBelieved else {
                return JudgedAnchor(
                    placed, .unknown("one is of a head that no key that the kit knows signed"))
            }
            return JudgedAnchor(placed, checker.check(placed.anchor))
        } catch {
            return JudgedAnchor(map["type"]?.textValue, refused: error)
        }
    }

    /// Holds what evidence says to what it must not be older than, and to the verifier's clock.
    private static func hold(
        _ anchor: inout JudgedAnchor, to bounds: LowerBounds, at now: UInt64?, ahead: UInt64
    ) {
        guard let held = anchor.holding, let head = anchor.placed?.head else { return }
        if let words = bounds.contradiction(of: held.latest, about: head) {
            anchor.drop(.refuted, "contradicts the rest: \(held.words), \(words)")
        } else if let now, held.time > now, held.time - now > ahead {
            anchor.drop(.unknown, "is from the future: \(held.words)")
        }
    }

    /// Finds out which evidence other evidence of the same head holds.
    private mutating func seal(after bounds: LowerBounds) {
        for place in anchors.indices {
            anchors[place].seal(by: anchors)
            guard let held = anchors[place].holding, let seal = anchors[place].seal,
                bounds.isBefore(seal.latest, held.time)
            else { continue }
            anchors[place].drop(
                .refuted,
                "contradicts the rest: \(held.words), is after what holds it, \(seal.words)")
        }
    }

    /// Notes what nobody looked at, and what is not there.
    private mutating func noteTheRest(by kit: TrustKit) {
        for check in [Check.timestamp, .anchor] {
            let all = anchors.filter { $0.check == check }
            let unchecked = all.filter { $0.verdict == .notChecked && $0.words.isEmpty }
            if !unchecked.isEmpty {
                let isNameless = check == .timestamp && kit.timestampRoots == nil
                findings.note(
                    check, .notChecked,
                    "carries \(unchecked.count); "
                        + (isNameless
                            ? "the kit names no timestamp authority"
                            : "this program cannot check them"))
            } else if all.isEmpty {
                findings.note(check, .absent, "carries none")
            }
        }
    }
}
