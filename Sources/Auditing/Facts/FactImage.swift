import Encoding
import Merkle

/// What a state keeps of the facts, beside the files of their runs.
struct FactImage: Hashable, Sendable {
    /// The runs of one kind.
    struct Runs: Hashable, Sendable {
        var notes: [RunNote] = []
        var nextSerial: UInt64 = 0
    }

    var names = Runs()
    var numbers = Runs()
    var erasures = Runs()
    var keys = Runs()
    var rollbacks = OpenRollbacks()
    var gaps = GapList()
    var questions: [ManifestQuestion] = []
    var later = LaterQuestions()
}

extension FactImage {
    /// The object in a state.
    var json: JSON {
        var object: JSON.Object = [
            "names": names.json, "numbers": numbers.json, "erasures": erasures.json,
            "rollbacks": .array(rollbacks.rollbacks.map(\.json)),
            "overlooked": .number(rollbacks.overlooked), "gaps": .number(gaps.count),
            "gapEnds": .array(gaps.ends.map { .base64($0.bytes) }),
            "questions": .array(questions.map(\.json)), "later": later.json,
        ]
        if keys != Runs() { object["keys"] = keys.json }
        return .object(object)
    }

    /// Reads what ``json`` made; nil where it is anything else.
    init?(_ json: JSON) {
        guard let names = json["names"].flatMap(Runs.init),
            let numbers = json["numbers"].flatMap(Runs.init),
            let erasures = json["erasures"].flatMap(Runs.init),
            let rollbacks = json["rollbacks"]?.array,
            let overlooked = json["overlooked"]?.unsigned, let gaps = json["gaps"]?.unsigned,
            let ends = json["gapEnds"]?.array, let questions = json["questions"]?.array,
            let later = json["later"].flatMap(LaterQuestions.init)
        else { return nil }
        (self.names, self.numbers, self.erasures) = (names, numbers, erasures)
        // A state that was begun before has none.
        if let json = json["keys"] {
            guard let keys = Runs(json) else { return nil }
            self.keys = keys
        }
        self.rollbacks.overlooked = overlooked
        self.gaps.count = gaps
        self.later = later
        for item in rollbacks {
            guard let rollback = OpenRollbacks.Rollback(item) else { return nil }
            self.rollbacks.rollbacks.append(rollback)
        }
        for item in ends {
            guard let bytes = item.decodedBase64, bytes.count == LinkRecord.byteCount
            else { return nil }
            self.gaps.ends.append(LinkRecord(at: 0, of: bytes.span))
        }
        for item in questions {
            guard let question = ManifestQuestion(item) else { return nil }
            self.questions.append(question)
        }
    }
}

extension FactImage.Runs {
    fileprivate var json: JSON {
        [
            "next": .number(nextSerial),
            "runs": .array(
                notes.map {
                    [
                        "serial": .number($0.serial), "count": .number($0.count),
                        "settled": .bool($0.isSettled),
                    ]
                }),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let next = json["next"]?.unsigned, let runs = json["runs"]?.array else { return nil }
        nextSerial = next
        for run in runs {
            guard let serial = run["serial"]?.unsigned, serial < next,
                let count = run["count"]?.unsigned, count > 0,
                let isSettled = run["settled"]?.bool
            else { return nil }
            notes.append(RunNote(serial: serial, count: count, isSettled: isSettled))
        }
    }
}

extension LinkRecord {
    fileprivate var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }
}

extension OpenRollbacks.Rollback {
    fileprivate var json: JSON {
        var object: JSON.Object = [
            "index": .number(index), "entry": .base64(entry.bytes),
            "milestone": .base64(milestone.bytes), "slice": .base64(slice.bytes),
            "judged": .bool(isJudged),
        ]
        object["postmortem"] = postmortem.map { .number($0) }
        return .object(object)
    }

    fileprivate init?(_ json: JSON) {
        guard let index = json["index"]?.unsigned,
            let entry = json["entry"]?.decodedBase64.flatMap({ Hash($0) }),
            let milestone = json["milestone"]?.decodedBase64.flatMap({ Hash($0) }),
            let slice = json["slice"]?.decodedBase64.flatMap({ Hash($0) }),
            let isJudged = json["judged"]?.bool
        else { return nil }
        (self.index, self.entry, self.milestone, self.slice) = (index, entry, milestone, slice)
        postmortem = json["postmortem"]?.unsigned
        self.isJudged = isJudged
    }
}

extension ManifestQuestion {
    fileprivate var json: JSON {
        var object: JSON.Object = ["index": .number(index), "digest": .base64(digest.bytes)]
        if case .erased(let erasure) = reason { object["erasure"] = .number(erasure) }
        return .object(object)
    }

    fileprivate init?(_ json: JSON) {
        guard let index = json["index"]?.unsigned,
            let digest = json["digest"]?.decodedBase64.flatMap({ Hash($0) })
        else { return nil }
        self.init(
            index: index, digest: digest,
            reason: json["erasure"]?.unsigned.map { .erased(by: $0) } ?? .unexplained)
    }
}

extension LaterQuestions {
    fileprivate var json: JSON {
        ["count": .number(count), "from": .base64(from.bytes), "since": .number(since)]
    }

    fileprivate init?(_ json: JSON) {
        guard let count = json["count"]?.unsigned, let since = json["since"]?.unsigned,
            let from = json["from"]?.decodedBase64.flatMap({ Hash($0) })
        else { return nil }
        self.init(count: count, from: from, since: since)
    }
}
