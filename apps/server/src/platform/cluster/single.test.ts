import { clusterSuite } from './cluster.suite.ts'
import { SingleCluster } from './single.ts'

clusterSuite('a process that is alone', async () => [new SingleCluster()])
