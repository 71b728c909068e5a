import HTTPService
import Jobs
import LedgerControl
import LedgerServer
import LedgerStore
import Testing

/// What those who ask are told to do follows from the ledger's error.
@Suite struct RemedyTests {
    private static let errors: [LedgerError] = [
        .diskFull(path: "a", reason: "b"), .badRequest("a"), .oldCopy("a"),
    ]

    private static let failures: [LedgerError] = [
        .diskFull(path: "a", reason: "b"), .missing(path: "a", reason: "b"), .corrupt("a"),
    ]

    /// Waiting is advised where it can help: else somebody has to act first.
    @Test(arguments: failures)
    func aReadThatFailsIsTriedAgainWhereWaitingHelps(error: LedgerError) {
        let problem = Problem(reading: error)
        #expect("\(problem.status)".contains("503"))
        #expect(problem.detail == "the store could not be read: \(error)")
        #expect((problem.retryAfter != nil) == (error.remedy == .wait))
        #expect(Problem.storage("a", error.remedy).retryAfter == problem.retryAfter)
    }

    /// An index that is being made, or has stopped, is no failure of the store.
    @Test(arguments: [.tryAgain("a"), .badRequest("a"), .oldCopy("a")] as [LedgerError])
    func whatWaitsOrIsRefusedHasItsOwnWords(error: LedgerError) {
        let problem = Problem(reading: error)
        #expect("\(problem.status)".contains("503"))
        #expect(problem.detail == "a")
        #expect((problem.retryAfter != nil) == (error.remedy == .wait))
    }

    @Test func whatIsNoErrorOfTheLedgersMayPass() {
        #expect(Problem(reading: CancellationError()).retryAfter != nil)
    }

    /// A command that the server works for ends with the code of the case, as if it had worked.
    @Test func workThatFailsAtTheServerKeepsItsRemedy() async throws {
        let jobs = Self.errors.enumerated().map { number, error in
            ControlJob("fail\(number)", parameters: []) { _, _, _ in throw error }
        }
        try await TestServer.run(configure: { $0.jobs = jobs }) { server in
            for (number, expected) in Self.errors.enumerated() {
                let error = await #expect(throws: ControlError.self) {
                    try await ControlClient(data: server.data)
                        .call("fail\(number)", ControlArguments(), progress: .silent)
                }
                #expect(error == ControlError("\(expected)", remedy: expected.remedy))
            }
        }
    }
}
