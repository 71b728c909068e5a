import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Reads pages as a browser does, without its pictures.
struct PageReader {
    /// What pages took, and the bytes of the largest with the style sheet.
    struct Result {
        let latencies: Latencies
        let largest: Int
    }

    let port: Int

    /// Asks for each page, one after the other, after one that is not measured.
    func read(_ paths: [String]) async throws -> Result {
        let style = try await get("/site.css").size
        _ = try await page(paths[0])
        var (times, largest) = ([Int64](), 0)
        for path in paths {
            guard let (time, size) = try await page(path) else {
                throw BenchError("\(path) is answered with 503, and nobody else reads")
            }
            times.append(time)
            largest = max(largest, size)
        }
        return Result(latencies: Latencies(times), largest: largest + style)
    }

    /// Runs `body` while `readers` ask for pages, each for the next as soon as it has one; returns
    /// how many pages they got in a second, too.
    func whileRead<Value>(
        _ paths: [String], by readers: Int, _ body: () async throws -> Value
    ) async throws -> (value: Value, pagesPerSecond: Double) {
        let start = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for reader in 0..<readers {
                group.addTask { try await pages(paths, reader, of: readers) }
            }
            let value = try await body()
            group.cancelAll()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            var count = 0
            for try await pages in group { count += pages }
            return (value, Double(count) / seconds)
        }
    }

    /// Reads one page after the other until the task is cancelled; returns how many.
    private func pages(_ paths: [String], _ reader: Int, of readers: Int) async throws -> Int {
        var (next, count) = (reader, 0)
        while !Task.isCancelled {
            do {
                if try await page(paths[next % paths.count]) != nil { count += 1 }
            } catch is CancellationError {
                return count
            } catch let error as HTTPClientError where error == .cancelled {
                return count
            }
            next += readers
        }
        return count
    }

    /// The nanoseconds to the first byte of a page, and its bytes; nil where too many ask for
    /// pages.
    private func page(_ path: String) async throws -> (nanoseconds: Int64, size: Int)? {
        let answer = try await get(path)
        // A reader of many is sent away, which costs little and is no page.
        if answer.status == 503 { return nil }
        guard answer.status == 200 else {
            throw BenchError("\(path) is answered with \(answer.status)")
        }
        return (answer.nanoseconds, answer.size)
    }

    private func get(
        _ path: String
    ) async throws -> (status: UInt, nanoseconds: Int64, size: Int) {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.headers.add(name: "Accept", value: "text/html")
        let start = NIODeadline.now()
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let time = (NIODeadline.now() - start).nanoseconds
        let size = try await response.body.collect(upTo: 1 << 20).readableBytes
        return (response.status.code, time, size)
    }
}
