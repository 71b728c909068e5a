import Encoding
import Manifests
public import Provenance

extension WorkHistory {
    /// The steps as they are shown, each before those that were made from it.
    public var rows: [HistoryRow] {
        let tree = HistoryTree(self)
        let words = HistoryWords(self, tree)
        return tree.nodes.map { node in
            HistoryRow(
                step: steps[node.step], depth: node.depth,
                isAsked: steps[node.step].entry == asked, goesOn: node.goesOn,
                lines: words.lines(of: node.step))
        }
    }

    /// What the other steps say of one: that they withdraw or correct it.
    ///
    /// The word of its own signer comes first, and at most eight are told.
    public func retractions(of entry: EntryID) -> [Retraction] {
        guard let place = steps.firstIndex(where: { $0.entry == entry }) else { return [] }
        return HistoryWords(self, HistoryTree(self)).retractions(of: place)
    }

    /// What a step says that it withdraws or corrects, in at most eight lines.
    public func retractions(by entry: EntryID) -> [HistoryRow.Line] {
        guard let place = steps.firstIndex(where: { $0.entry == entry }) else { return [] }
        return HistoryWords(self, HistoryTree(self)).retractions(by: place)
    }

    /// What is said of the whole: where was looked, and what that leaves open.
    public var notes: [HistoryRow.Line] {
        var notes: [HistoryRow.Line] = []
        func add(_ word: CardWord, _ texts: String...) {
            let values = texts.map { CardSentence.Value.text(Text($0)) }
            notes.append(
                HistoryRow.Line(origin: .unknown, sentence: CardSentence(word, values)))
        }
        switch scope {
        case .record: add(.scopeRecord)
        case .ledger(let origin, let size):
            add(.scopeLedger, "\(size)", origin)
            add(.scopeUnlisted)
        case .files(let origin, let entries, let size):
            add(.scopeFiles, "\(entries)", origin, "\(size)")
            add(.scopeUnlisted)
        }
        if let judgedAt { add(.scopeOlderKit, "\(judgedAt)") }
        if unread > 0 {
            add(.scopeUnread, "\(unread)", "\(steps.count)")
        } else if isCut {
            add(.scopeCut, "\(steps.count)")
        }
        return notes
    }
}

/// What is said of each step.
private struct HistoryWords {
    private let history: WorkHistory
    private let tree: HistoryTree

    /// The places of the steps.
    private let places: [EntryID: Int]

    /// For each step those that withdraw or correct it.
    private let verdicts: [Int: [Int]]

    /// Who signed the entry that was asked about.
    private let own: Text?

    init(_ history: WorkHistory, _ tree: HistoryTree) {
        self.history = history
        self.tree = tree
        var places: [EntryID: Int] = [:]
        for (place, step) in history.steps.enumerated() { places[step.entry] = place }
        var verdicts: [Int: [Int]] = [:]
        for (place, step) in history.steps.enumerated() where step.retraction != nil {
            for parent in step.parents {
                guard case .step(let entry) = parent.finding, let other = places[entry] else {
                    continue
                }
                // A step may name the same parent more than once.
                if verdicts[other]?.last != place { verdicts[other, default: []].append(place) }
            }
        }
        (self.places, self.verdicts) = (places, verdicts)
        own = places[history.asked].flatMap { history.steps[$0].verifiedIssuer }
    }

    func lines(of place: Int) -> [HistoryRow.Line] {
        let step = history.steps[place]
        return [standing(step)] + [signer(step)] + erased(step) + content(step)
            + retractions(of: place).map(\.line) + copies(place) + parents(of: step, at: place)
            + unlike(step)
    }

    private func line(
        _ origin: CardOrigin, _ word: CardWord, _ values: [CardSentence.Value]
    ) -> HistoryRow.Line {
        HistoryRow.Line(origin: origin, sentence: CardSentence(word, values))
    }

    private func line(
        _ origin: CardOrigin, _ word: CardWord, _ texts: String...
    ) -> HistoryRow.Line {
        line(origin, word, texts.map { .text(Text($0)) })
    }

    private func standing(_ step: HistoryStep) -> HistoryRow.Line {
        switch step.place {
        case .proven(let index, let time?):
            line(.proven, .stepLogged, "\(index)", "\(Instant(time))")
        case .proven(let index, nil): line(.proven, .stepPlaced, "\(index)")
        case .notInLedger: line(.unknown, .stepUnregistered, "\(step.entry)")
        case .unproven: line(.unknown, .stepUnproven, "\(step.entry)")
        }
    }

    private func signer(_ step: HistoryStep) -> HistoryRow.Line {
        switch step.signer {
        case .verified(let issuer):
            let isOther = own.map { $0 != issuer } ?? false
            return line(.proven, isOther ? .stepOtherSigner : .stepSigned, issuer.string)
        case .withKeyOf(let issuer, let opening):
            return line(.unknown, .stepKeyOf, [.text(issuer), Self.words(opening)])
        case .suspect(let issuer, let words):
            return line(.proven, .stepSuspect, issuer.string, words)
        case .unknown(let words):
            return line(.unknown, .stepUnsigned, step.issuer.string, words)
        case .refuted(let words): return line(.proven, .stepFalse, words)
        }
    }

    private static func words(_ opening: HistoryStep.Opening) -> CardSentence.Value {
        switch opening {
        case .unplaced: .word(.stepUnplaced)
        case .olderKit(let size): .sentence(.stepOlderKit, [Text("\(size)")])
        case .other(let words): .text(Text(words))
        }
    }

    private func erased(_ step: HistoryStep) -> [HistoryRow.Line] {
        guard let erasure = step.erasure else { return [] }
        return [line(.proven, .stepErased, "\(erasure.entry)", erasure.reason.string)]
    }

    private func content(_ step: HistoryStep) -> [HistoryRow.Line] {
        switch step.content {
        case .absent: return step.erasure == nil ? [line(.unknown, .stepAbsent)] : []
        case .other: return [line(.stated, .stepOfType, step.type.string)]
        case .work(let facts):
            var lines = [
                line(
                    .stated, .stepSays,
                    [
                        Self.event(facts.event), .text(facts.record.title),
                        .text(facts.creator.name),
                    ])
            ]
            if let edition = facts.edition {
                lines.append(
                    line(.stated, .stepCopy, "\(edition.serial)", "\(edition.total)"))
            }
            if let capture = facts.capturedAt {
                let values: [CardSentence.Value] = [.text(capture.at), .named(capture.clock)]
                lines.append(line(.stated, .stepCaptured, values))
            }
            if !facts.actions.isEmpty {
                lines.append(line(.stated, .stepActions, [.actions(facts.actions)]))
            }
            return lines
        }
    }

    private static func event(_ event: Text) -> CardSentence.Value {
        switch event {
        case "capture": .word(.eventCapture)
        case "edit": .word(.eventEdit)
        case "publish": .word(.eventPublish)
        case "issue": .word(.eventIssue)
        case "transfer": .word(.eventTransfer)
        case "correct": .word(.eventCorrect)
        case "withdraw": .word(.eventWithdraw)
        default: .text(event)
        }
    }

    // MARK: - What takes a step back

    /// The signer's word first, then what is in doubt, and a withdrawal before a correction: of
    /// many these are not what is left out.
    func retractions(of place: Int) -> [Retraction] {
        let step = history.steps[place]
        let all = (verdicts[place] ?? []).map { other in
            retraction(history.steps[other], of: step)
        }
        let ranks: [(taker: Retraction.Taker, isWithdrawal: Bool)] = [
            (.signer, true), (.signer, false), (.doubtful, true), (.doubtful, false),
            (.other, true), (.other, false),
        ]
        let sorted = ranks.flatMap { rank in
            all.filter { $0.taker == rank.taker && $0.isWithdrawal == rank.isWithdrawal }
        }
        return Array(sorted.prefix(HistoryLimit.parentLines))
    }

    private func retraction(_ later: HistoryStep, of step: HistoryStep) -> Retraction {
        let isWithdrawal = later.retraction == "withdraw"
        let taker = Self.taker(later, of: step)
        let word: CardWord =
            switch taker {
            case .signer: isWithdrawal ? .withdrawnBy : .correctedBy
            case .other: isWithdrawal ? .withdrawnByOther : .correctedByOther
            case .doubtful: isWithdrawal ? .withdrawnByDoubtful : .correctedByDoubtful
            }
        return Retraction(
            entry: later.entry, isWithdrawal: isWithdrawal, taker: taker,
            line: line(.stated, word, name(of: later)))
    }

    func retractions(by place: Int) -> [HistoryRow.Line] {
        let step = history.steps[place]
        guard step.retraction != nil else { return [] }
        return step.parents.prefix(HistoryLimit.parentLines).map { takes($0, step) }
    }

    private static func taker(
        _ later: HistoryStep, of step: HistoryStep
    ) -> Retraction.Taker {
        guard let issuer = step.verifiedIssuer, let taker = later.verifiedIssuer else {
            return .doubtful
        }
        guard taker == issuer else { return .other }
        guard later.index != nil else { return .doubtful }
        // Of a key that was good as far as the kit goes the worse is taken: that it is taken back.
        return switch later.signer {
        case .verified, .withKeyOf(_, .olderKit): .signer
        case .withKeyOf, .suspect, .unknown, .refuted: .doubtful
        }
    }

    // MARK: - The same copy

    /// The steps that state the same copy of an edition, and are not of one line of descent.
    private func copies(_ place: Int) -> [HistoryRow.Line] {
        guard let copy = history.steps[place].facts?.edition?.subject else { return [] }
        let others = history.steps.indices.filter { other in
            other != place && history.steps[other].facts?.edition?.subject == copy
                && !tree.isAbove(place, other) && !tree.isAbove(other, place)
        }
        return others.prefix(HistoryLimit.parentLines).map {
            line(.stated, .sameCopy, name(of: history.steps[$0]))
        }
    }

    /// The index of a step, which is short, or else its name.
    private func name(of step: HistoryStep) -> String {
        step.index.map { "\($0)" } ?? "\(step.entry)"
    }

    // MARK: - Parents

    private func parents(of step: HistoryStep, at place: Int) -> [HistoryRow.Line] {
        let takesBack = step.retraction != nil
        let lines = step.parents.enumerated().flatMap { number, parent -> [HistoryRow.Line] in
            let taken = takesBack ? [takes(parent, step)] : []
            return taken + self.lines(of: parent, number, step, place)
        }
        let further = step.furtherParents + max(0, lines.count - HistoryLimit.parentLines)
        let rest = further > 0 ? [line(.stated, .moreParents, "\(further)")] : []
        return Array(lines.prefix(HistoryLimit.parentLines)) + rest
    }

    private func takes(_ parent: HistoryParent, _ step: HistoryStep) -> HistoryRow.Line {
        let isWithdrawal = step.retraction == "withdraw"
        let word: CardWord = isWithdrawal ? .stepWithdraws : .stepCorrects
        if case .step(let entry) = parent.finding, let other = places[entry] {
            return line(.stated, word, name(of: history.steps[other]))
        }
        return switch parent.name {
        case .entry(let entry): line(.stated, word, "\(entry)")
        case .file(let digest):
            line(.stated, isWithdrawal ? .stepWithdrawsFile : .stepCorrectsFile, "\(digest)")
        }
    }

    private func lines(
        of parent: HistoryParent, _ number: Int, _ step: HistoryStep, _ place: Int
    ) -> [HistoryRow.Line] {
        switch (parent.finding, parent.name) {
        case (.step(let entry), _):
            guard let other = places[entry] else { return [] }
            return known(parent, number, step, place, other)
        case (.notInLog, .entry(let entry)):
            return [line(.unknown, .parentAbsent, "\(entry)")]
        case (.notInLog, .file(let digest)):
            return [line(.unknown, .parentFileAbsent, "\(digest)")]
        case (.beyondLimit, .entry(let entry)):
            return [line(.unknown, .parentUnread, "\(entry)")]
        case (.beyondLimit, .file(let digest)):
            return [line(.unknown, .parentFileUnread, "\(digest)")]
        case (.notLookedUp, .entry(let entry)):
            return [line(.unknown, .parentUnseen, "\(entry)")]
        case (.notLookedUp, .file(let digest)):
            return [line(.unknown, .parentFileUnseen, "\(digest)")]
        }
    }

    private func known(
        _ parent: HistoryParent, _ number: Int, _ step: HistoryStep, _ place: Int, _ other: Int
    ) -> [HistoryRow.Line] {
        let origin = history.steps[other]
        var lines: [HistoryRow.Line] = []
        if tree.circles[place]?.contains(number) == true {
            lines.append(line(.unknown, .parentCircle, name(of: origin)))
        } else if tree.above[place] != other, step.retraction == nil {
            lines.append(
                line(
                    .stated, .parentElsewhere,
                    [.text(Text(name(of: origin))), Self.relation(parent.relation)]))
        }
        if let issuer = origin.verifiedIssuer, let own = step.verifiedIssuer, own != issuer {
            lines.append(line(.proven, .parentOther, name(of: origin), issuer.string))
        }
        if let index = step.index, let before = origin.index, before > index {
            lines.append(line(.proven, .parentLater, "\(before)"))
        }
        return lines
    }

    /// Says that a work looks less like what it was made from than what was done explains.
    ///
    /// Computed from the hashes of both records, which are words of their signers.
    private func unlike(_ step: HistoryStep) -> [HistoryRow.Line] {
        guard let facts = step.facts, let own = facts.perceptualHashes.comparable,
            step.furtherParents == 0
        else { return [] }
        let whole = step.parents.filter { $0.relation == "parentOf" }
        let distances = whole.compactMap { parent -> ParentDistance? in
            guard case .step(let entry) = parent.finding, let other = places[entry],
                let hash = history.steps[other].facts?.perceptualHashes.comparable
            else { return nil }
            return ParentDistance(
                entry: Text(name(of: history.steps[other])), distance: own.distance(to: hash))
        }
        let likeness = ParentLikeness(distances, parents: whole.count, actions: facts.actions)
        guard let likeness, !likeness.isExplained else { return [] }
        let nearest = likeness.nearest
        return [line(.stated, .stepUnlike, nearest.entry.string, "\(nearest.distance)")]
    }

    private static func relation(_ relation: Text) -> CardSentence.Value {
        switch relation {
        case "parentOf": .word(.relationWhole)
        case "componentOf": .word(.relationPart)
        case "inputTo": .word(.relationInput)
        default: .text(relation)
        }
    }
}
