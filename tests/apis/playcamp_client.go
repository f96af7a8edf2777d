// Plays a PlayCamp campaign to its end against the mock whose URL it is given, as a game's server in Go would:
// typed bodies, UTC times without fractions, a receiver that checks each webhook's signature. Standard library only.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"
)

const (
	serverKey = "ak_server_demo:secret"
	clientKey = "ak_client_demo:secret"
	player    = "player-1"
	coupon    = "WINTER-ADA42-001"
)

type text map[string]string

type page struct {
	Page, Limit, Total, TotalPages int
}

type failure struct {
	Error string `json:"error"`
	Code  string `json:"code"`
}

type envelope struct {
	Data       json.RawMessage `json:"data"`
	Pagination *page           `json:"pagination"`
}

type campaign struct {
	CampaignID   string  `json:"campaignId"`
	CampaignName text    `json:"campaignName"`
	StartDate    *string `json:"startDate"`
	Status       string  `json:"status"`
}

type creator struct {
	CreatorID  int     `json:"creatorId"`
	Genre      *string `json:"genre"`
	CreatorKey string  `json:"creatorKey"`
}

type verdict struct {
	Valid     bool    `json:"valid"`
	ErrorCode *string `json:"errorCode"`
	ItemName  text    `json:"itemName"`
}

type redeemed struct {
	Success   bool    `json:"success"`
	UsageID   int     `json:"usageId"`
	ErrorCode *string `json:"errorCode"`
	Reward    []struct {
		ItemID       string `json:"itemId"`
		ItemQuantity int    `json:"itemQuantity"`
	} `json:"reward"`
}

type sponsor struct {
	CreatorKey string  `json:"creatorKey"`
	IsActive   bool    `json:"isActive"`
	EndedAt    *string `json:"endedAt"`
}

type payment struct {
	UserID           string     `json:"userId"`
	TransactionID    string     `json:"transactionId"`
	ProductID        string     `json:"productId"`
	Amount           float64    `json:"amount"`
	Currency         string     `json:"currency"`
	Platform         string     `json:"platform"`
	DistributionType *string    `json:"distributionType,omitempty"`
	PurchasedAt      *time.Time `json:"purchasedAt,omitempty"`
	CreatorKey       *string    `json:"creatorKey,omitempty"`
	Status           string     `json:"status,omitempty"`
}

type playtime struct {
	SessionID       string    `json:"sessionId"`
	UserID          string    `json:"userId"`
	DurationSeconds int       `json:"durationSeconds"`
	StartedAt       time.Time `json:"startedAt"`
	EndedAt         time.Time `json:"endedAt"`
}

type webhook struct {
	ID     int    `json:"id"`
	Secret string `json:"secret"`
}

type object = map[string]interface{}

func check(holds bool, format string, values ...interface{}) {
	if !holds {
		fmt.Fprintf(os.Stderr, format+"\n", values...)
		os.Exit(1)
	}
}

func must(err error) { check(err == nil, "%v", err) }

// call sends a body as JSON and reads the answer's data into out; it answers the code of a refusal.
func call(key, method, path string, body, out interface{}, status int) string {
	var sent io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		must(err)
		sent = bytes.NewReader(raw)
	}
	request, err := http.NewRequest(method, os.Args[1]+path, sent)
	must(err)
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(request)
	must(err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	must(err)
	check(answer.StatusCode == status, "%s %s: %d %s", method, path, answer.StatusCode, raw)
	if status >= 400 {
		var refused failure
		must(json.Unmarshal(raw, &refused))
		return refused.Code
	}
	if out != nil {
		var wrapped envelope
		must(json.Unmarshal(raw, &wrapped))
		must(json.Unmarshal(wrapped.Data, out))
	}
	return ""
}

// receiver keeps the kinds of the events that come in well signed batches.
type receiver struct {
	sync.Mutex
	secrets map[string]string
	seen    map[string]bool
}

func (r *receiver) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	raw, _ := io.ReadAll(request.Body)
	r.Lock()
	defer r.Unlock()
	mac := hmac.New(sha256.New, []byte(r.secrets[request.URL.Path[1:]]))
	mac.Write(raw)
	if hex.EncodeToString(mac.Sum(nil)) != request.Header.Get("X-Webhook-Signature") {
		writer.WriteHeader(http.StatusUnauthorized)
		return
	}
	var batch struct {
		Events []struct{ Event string } `json:"events"`
	}
	if json.Unmarshal(raw, &batch) == nil {
		for _, one := range batch.Events {
			r.seen[one.Event] = true
		}
	}
}

func main() {
	kinds := []string{"coupon.redeemed", "payment.created", "payment.bulk_created", "payment.refunded",
		"sponsor.created", "sponsor.changed", "sponsor.ended"}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	hooks := &receiver{secrets: map[string]string{}, seen: map[string]bool{}}
	go func() { _ = http.Serve(listener, hooks) }()
	for _, kind := range kinds {
		var made webhook
		place := "http://" + listener.Addr().String() + "/" + kind
		call(serverKey, "POST", "/v1/server/webhooks", object{"eventType": kind, "url": place}, &made, 201)
		hooks.Lock()
		hooks.secrets[kind] = made.Secret
		hooks.Unlock()
	}
	read()
	support()
	spend()
	for waited := 0; ; waited++ {
		hooks.Lock()
		count := len(hooks.seen)
		hooks.Unlock()
		if count == len(kinds) {
			break
		}
		check(waited < 200, "only these events came: %v", hooks.seen)
		time.Sleep(50 * time.Millisecond)
	}
	fmt.Println("played")
}

func read() {
	var campaigns []campaign
	call(clientKey, "GET", "/v1/client/campaigns?page=1&limit=20", nil, &campaigns, 200)
	check(len(campaigns) == 2, "campaigns: %v", campaigns)
	var one campaign
	call(clientKey, "GET", "/v1/client/campaigns/campaign-winter", nil, &one, 200)
	check(one.Status == "IN_PROGRESS" && one.CampaignName["ko"] != "" && one.StartDate != nil, "campaign: %v", one)
	var creators []creator
	query := url.Values{"keyword": {"ada"}, "campaignId": {one.CampaignID}, "limit": {"10"}}
	call(clientKey, "GET", "/v1/client/creators/search?"+query.Encode(), nil, &creators, 200)
	check(len(creators) == 1 && creators[0].CreatorKey == "ADA42", "creators: %v", creators)
	var packages []object
	call(clientKey, "GET", "/v1/client/campaigns/campaign-winter/packages", nil, &packages, 200)
	check(len(packages) == 2, "packages: %v", packages)
	var said verdict
	call(clientKey, "POST", "/v1/client/coupons/validate", object{"couponCode": coupon}, &said, 200)
	check(said.Valid && said.ItemName["en"] != "" && said.ErrorCode == nil, "coupon: %v", said)
	code := call(clientKey, "GET", "/v1/server/campaigns", nil, nil, 403)
	check(code == "FORBIDDEN", "a client key on a server path: %s", code)
}

func support() {
	var made sponsor
	call(serverKey, "POST", "/v1/server/sponsors", object{"userId": player, "creatorKey": "ADA42"}, &made, 201)
	check(made.IsActive && made.EndedAt == nil, "sponsor: %v", made)
	path := "/v1/server/sponsors/user/"
	code := call(serverKey, "PUT", path+player, object{"newCreatorKey": "BEN77"}, nil, 400)
	check(code == "BAD_REQUEST", "a change too soon: %s", code)
	call(serverKey, "PUT", path+"user-42", object{"newCreatorKey": "BEN77"}, &made, 200)
	check(made.CreatorKey == "BEN77", "changed: %v", made)
	call(serverKey, "DELETE", path+"user-42", nil, nil, 204)
	var all []sponsor
	call(serverKey, "GET", path+"user-42", nil, &all, 200)
	check(len(all) == 1 && !all[0].IsActive && all[0].EndedAt != nil, "ended: %v", all)
	call(serverKey, "GET", path+"nobody", nil, &all, 200)
	check(len(all) == 0, "nobody's: %v", all)
}

func spend() {
	var got redeemed
	use := object{"couponCode": coupon, "userId": player, "callbackId": "c-1"}
	call(serverKey, "POST", "/v1/server/coupons/redeem", use, &got, 200)
	check(got.Success && got.UsageID > 0 && got.Reward[0].ItemQuantity == 100, "redeemed: %v", got)
	call(serverKey, "POST", "/v1/server/coupons/redeem", use, &got, 200)
	check(!got.Success && *got.ErrorCode == "USER_CODE_LIMIT", "redeemed again: %v", got)

	now, store := time.Now().UTC().Truncate(time.Second), "MOBILE_STORE"
	paid := payment{UserID: player, TransactionID: "GPA.1", ProductID: "gems", Amount: 4.99, Currency: "USD",
		Platform: "Android", DistributionType: &store, PurchasedAt: &now}
	var kept payment
	call(serverKey, "POST", "/v1/server/payments", paid, &kept, 201)
	check(kept.CreatorKey != nil && *kept.CreatorKey == "ADA42", "payment: %v", kept)
	code := call(serverKey, "POST", "/v1/server/payments", paid, nil, 409)
	check(code == "CONFLICT", "a payment again: %s", code)
	second := paid
	second.TransactionID = "GPA.2"
	var bulk struct{ Successful, Skipped int }
	call(serverKey, "POST", "/v1/server/payments/bulk", object{"payments": []payment{paid, second}}, &bulk, 201)
	check(bulk.Successful == 1 && bulk.Skipped == 1, "bulk: %v", bulk)
	call(serverKey, "POST", "/v1/server/payments/GPA.1/refund", object{}, &kept, 200)
	check(kept.Status == "REFUNDED", "refund: %v", kept)

	run := playtime{"run-1", player, 60, now.Add(-time.Minute), now}
	for _, isNew := range []bool{true, false} {
		var told struct{ Recorded bool }
		call(serverKey, "POST", "/v1/server/playtime/sessions", run, &told, 201)
		check(told.Recorded == isNew, "playtime: %v", told)
	}
	var token struct {
		Ott       string `json:"ott"`
		ExpiresAt string `json:"expiresAt"`
	}
	call(serverKey, "POST", "/v1/server/webview/ott", object{"userId": player}, &token, 201)
	_, err := time.Parse(time.RFC3339, token.ExpiresAt)
	check(len(token.Ott) == 64 && err == nil, "token: %v", token)
}
