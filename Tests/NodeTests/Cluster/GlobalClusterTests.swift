import Terms
import Testing

@testable import Node

/// Clusters of `global` in memory: whatever is lost, cut or restarted, in the end all agree.
@Suite(.timeLimit(.minutes(3))) struct GlobalClusterTests {
    /// More of them were tried; so many take seconds.
    static let seeds: ClosedRange<UInt64> = 1...120

    @Test(arguments: seeds) func namesAgreeWithoutFaults(seed: UInt64) {
        let cluster = GlobalCluster(4, seed: seed)
        cluster.happen(3, withFaults: false)
        cluster.connectAll()
        cluster.happen(12, withFaults: false)
        #expect(cluster.becomesQuiet())
        #expect(cluster.isWhole)
        #expect(cluster.contradictions == [])
        #expect(cluster.disagreements == [])
    }

    @Test(arguments: seeds) func partitionsDoNotOverlapAndAgreeWhenHealed(seed: UInt64) {
        let cluster = GlobalCluster(4, seed: seed)
        cluster.connectAll()
        cluster.happen(20)
        #expect(cluster.becomesQuiet())
        #expect(cluster.contradictions == [])
        #expect(cluster.disagreements == [])

        cluster.healAll()
        cluster.connectAll()
        cluster.happen(3, withFaults: false)
        #expect(cluster.becomesQuiet())
        #expect(cluster.isWhole)
        #expect(cluster.contradictions == [])
        #expect(cluster.disagreements == [])
    }

    /// One link of four nodes is cut: its ends are expelled, the others stay together.
    @Test(arguments: seeds) func aLostLinkCostsItsEndsOnly(seed: UInt64) {
        let cluster = GlobalCluster(4, seed: seed)
        cluster.connectAll()
        #expect(cluster.becomesQuiet())
        #expect(cluster.isWhole)

        cluster.network.cut("n1@sim", "n2@sim")
        #expect(cluster.becomesQuiet())
        #expect(cluster.network.areConnected("n3@sim", "n4@sim"))
        #expect(cluster.contradictions == [])
        #expect(cluster.disagreements == [])
    }

    @Test(arguments: seeds) func linksStayIfPartitionsMayOverlap(seed: UInt64) {
        let cluster = GlobalCluster(4, seed: seed, preventsOverlap: false)
        cluster.connectAll()
        #expect(cluster.becomesQuiet())

        cluster.network.cut("n1@sim", "n2@sim")
        #expect(cluster.becomesQuiet())
        #expect(cluster.network.peers(of: "n1@sim") == ["n3@sim", "n4@sim"])
        #expect(cluster.network.peers(of: "n2@sim") == ["n3@sim", "n4@sim"])
        #expect(cluster.contradictions == [])

        cluster.happen(10)
        #expect(cluster.becomesQuiet())
        cluster.healAll()
        cluster.connectAll()
        #expect(cluster.becomesQuiet())
        #expect(cluster.isWhole)
        #expect(cluster.contradictions == [])
    }
}
