"""Where to stand: flows, chokepoints, road segments, displacement, and plans for inspection posts."""
