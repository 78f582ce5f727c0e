/**
 * The accounts in which AWS runs the load balancers of a region, which documents on buckets for access
 * logs name ("Enable access logs for your Application Load Balancer", for regions of before August 2022).
 */
export const LOAD_BALANCERS: ReadonlySet<string> = new Set([
  ...["127311923021", "033677994240", "027434742980", "797873946194"], // us-east-1, -2, us-west-1, -2
  ...["985666609251", "507241528517", "098369216593"], // ca-central-1, sa-east-1, af-south-1
  ...["054676820928", "156460612806", "652711504416", "009996457667"], // eu-central-1, eu-west-1, -2, -3
  ...["897822967062", "635631232127"], // eu-north-1, eu-south-1
  ...["754344448648", "718504428378"], // ap-east-1, ap-south-1
  ...["582318560864", "600734575887", "383597477331"], // ap-northeast-1, -2, -3
  ...["114774131450", "783225319266", "589379963580"], // ap-southeast-1, -2, -3
  ...["076674570225", "048591011584", "190560391635"], // me-south-1, us-gov-west-1, us-gov-east-1
  ...["638102146993", "037604701340"], // cn-north-1, cn-northwest-1
]);
