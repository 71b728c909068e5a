import Encoding
import Manifests
import Testing

/// What SLSA provenance says about a build.
@Suite struct BuildFactsTests {
    private static func facts(
        _ predicate: String, type: String = "https://slsa.dev/provenance/v1"
    ) throws -> BuildFacts? {
        let digest = String(repeating: "ab", count: 32)
        return BuildFacts(
            try Manifest(
                Array(
                    """
                    {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":\
                    "\(digest)"}}],"predicateType":"\(type)","predicate":\(predicate)}
                    """.utf8)))
    }

    /// The form of GitHub's `attest-build-provenance`.
    @Test func versionOneNamesBuilderSourceAndCommit() throws {
        let facts = try Self.facts(
            """
            {"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1",
             "externalParameters":{"workflow":{"ref":"refs/heads/main",
              "repository":"https://github.com/a/b","path":".github/workflows/x.yml"}},
             "resolvedDependencies":[{"uri":"pkg:docker/base@1","digest":{"sha256":"00"}},
              {"uri":"git+https://github.com/a/b@refs/heads/main",
               "digest":{"gitCommit":"0123456789abcdef0123456789abcdef01234567"}}]},
             "runDetails":{"builder":{"id":"https://github.com/actions/runner/github-hosted"}}}
            """)
        #expect(facts?.builder == "https://github.com/actions/runner/github-hosted")
        #expect(facts?.source == "git+https://github.com/a/b@refs/heads/main")
        #expect(facts?.commit == "0123456789abcdef0123456789abcdef01234567")
    }

    @Test(arguments: [
        ("{\"workflow\":{\"repository\":\"https://a\"}}", "https://a"),
        ("{\"buildConfigSource\":{\"repository\":\"https://b\"}}", "https://b"),
        ("{\"source\":{\"uri\":\"https://c\"}}", "https://c"),
        ("{\"source\":\"https://d\"}", "https://d"), ("{}", nil),
    ])
    func withoutACommitTheParametersNameTheSource(parameters: String, source: String?) throws {
        let facts = try Self.facts("{\"buildDefinition\":{\"externalParameters\":\(parameters)}}")
        #expect(facts?.source == source.map { Text($0) })
        #expect(facts?.commit == nil && facts?.builder == nil)
    }

    /// The form of Google Cloud Build and of slsa-github-generator.
    @Test func versionZeroTwoNamesBuilderSourceAndCommit() throws {
        let type = "https://slsa.dev/provenance/v0.2"
        let facts = try Self.facts(
            """
            {"builder":{"id":"https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3"},
             "invocation":{"configSource":{"uri":"git+https://github.com/a/b@refs/tags/v1",
              "digest":{"sha1":"0123456789abcdef0123456789abcdef01234567"}}},
             "materials":[{"uri":"git+https://other","digest":{"sha1":"00"}}]}
            """, type: type)
        #expect(facts?.builder == "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3")
        #expect(facts?.source == "git+https://github.com/a/b@refs/tags/v1")
        #expect(facts?.commit == "0123456789abcdef0123456789abcdef01234567")
        let material = try Self.facts(
            """
            {"materials":[{"uri":"pkg:x","digest":{"sha1":"11"}},
             {"uri":"git+https://other","digest":{"sha1":"00"}}]}
            """, type: type)
        #expect(material?.source == "git+https://other" && material?.commit == "00")
    }

    @Test func membersOfAnotherKindAreNotThere() throws {
        #expect(try Self.facts("{}", type: "https://spdx.dev/Document") == nil)
        for type in ["v1", "v0.2"] {
            let facts = try Self.facts(
                """
                {"buildDefinition":[1],"runDetails":"x","builder":7,"invocation":null,
                 "materials":{"uri":"git+a"}}
                """, type: "https://slsa.dev/provenance/\(type)")
            #expect(facts?.builder == nil && facts?.source == nil && facts?.commit == nil)
        }
    }
}
