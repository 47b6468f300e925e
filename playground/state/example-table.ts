/** A table to begin with: it has numbers, a category, and missing values. */
export const EXAMPLE_TABLE = `height,leaves,colour,kind
0.31,12,green,herb
0.42,18,green,herb
0.25,9,red,herb
0.55,,green,herb
0.38,16,red,herb
0.61,25,green,herb
0.29,11,,herb
0.47,20,green,herb
1.9,140,green,shrub
2.4,210,green,shrub
1.6,95,red,shrub
2.1,,green,shrub
2.8,260,red,shrub
1.7,120,green,shrub
2.2,180,green,shrub
3.1,300,red,shrub
8.1,2100,green,tree
12.5,4800,green,tree
6.7,1500,red,tree
9.4,2600,green,tree
15.2,,green,tree
7.3,1900,red,tree
11.8,3900,green,tree
10.1,3000,green,tree
`
