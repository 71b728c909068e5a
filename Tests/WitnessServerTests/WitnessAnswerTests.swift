import Checkpoints
import Encoding
import HTTPService
import HTTPTypes
import NIOCore
import Testing
import WitnessServer
import Witnessing

/// The statuses and bodies of C2SP tlog-witness, "add-checkpoint".
@Suite struct WitnessAnswerTests {
    @Test(
        arguments: [
            (.malformed(.noBlankLine), 400), (.oldSizeAbove(9, size: 8), 400),
            (.textTooLong(5000, limit: 4096), 400), (.unknownLog("log.example"), 404),
            (.notSigned, 403), (.stale(latest: 8), 409), (.inconsistent(.badProof), 422),
            (.inconsistent(.otherRoot), 422), (.inconsistent(.emptyRoot), 422),
            (.inconsistent(.needlessProof), 422), (.overRate, 429), (.busy, 503),
            (.storage("the disk is full"), 503),
        ] as [(WitnessRefusal, Int)])
    func eachRefusalHasItsStatus(refusal: WitnessRefusal, status: Int) {
        #expect(WitnessAnswer.refused(refusal).status.code == status)
    }

    @Test func aStaleClientIsToldTheSizeAndNothingElse() {
        let reply = WitnessAnswer.refused(.stale(latest: 1_234))
        #expect(Array(reply.body.readableBytesView) == Array("1234\n".utf8))
        #expect(reply.headers[.contentType] == "text/x.tlog.size")
    }

    @Test(arguments: [.overRate, .busy, .storage("x")] as [WitnessRefusal])
    func whoMayTryAgainIsToldWhen(refusal: WitnessRefusal) {
        #expect(WitnessAnswer.refused(refusal).headers[.retryAfter] != nil)
    }
}
