import Auditing
import Encoding
import Testing

@Suite struct AuditFindingTests {
    @Test(arguments: AuditRule.allCases)
    func everyFindingIsReadBackFromItsJSON(rule: AuditRule) throws {
        let places: [AuditFinding.Place] = [.entry(7), .head(0), .file("tile/0/x001/000")]
        for place in places {
            let finding = AuditFinding(rule, place, "a \"sentence\" with é")
            let read = try JSON.decode(finding.json.encoded())
            #expect(AuditFinding(read) == finding)
        }
    }

    @Test(arguments: [
        #"{"rule":"unheard","weight":"notice","entry":1,"detail":"x"}"#,
        #"{"rule":"fork","weight":"violation","detail":"x"}"#,
        #"{"rule":"fork","weight":"violation","entry":1,"head":1,"detail":"x"}"#,
        #"{"rule":"fork","weight":"violation","entry":-1,"detail":"x"}"#,
        #"{"rule":"fork","weight":"violation","entry":1}"#,
    ])
    func whatIsNoFindingIsNotReadAsOne(text: String) throws {
        #expect(AuditFinding(try JSON.decode(Array(text.utf8))) == nil)
    }

    @Test func aHostileDetailIsCutAndStaysText() {
        let finding = AuditFinding(.leaf, .entry(0), String(repeating: "é", count: 10_000))
        #expect(finding.detail.utf8.count <= AuditFinding.maximumDetailBytes + 6)
    }
}

@Suite struct FindingListTests {
    @Test func everyFindingIsCountedAndTheFirstOfEachRuleAreKept() {
        var list = FindingList()
        for index in 0..<150 as Range<UInt64> {
            list.add(AuditFinding(.chain, .entry(index), "gap"))
        }
        list.add(AuditFinding(.fork, .head(9), "two roots"))
        #expect(list.counts == [.chain: 150, .fork: 1])
        #expect(list.count(of: .notice) == 150 && list.count(of: .violation) == 1)
        #expect(list.kept.count == 1 + FindingList.limitPerRule)
        #expect(list.kept.first?.rule == .fork)
        #expect(list.kept.last?.place == .entry(UInt64(FindingList.limitPerRule - 1)))
        #expect(FindingList(counts: list.counts, first: list.kept) == list)
    }
}
